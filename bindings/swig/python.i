/* Typemaps for Python. Results replace $result and are never appended, because what appending does differs between releases of SWIG. */
%include <stdint.i>
%{
#include "python_glue.h"
%}

/* Calls release the interpreter's lock, but for those that only look at memory. */
%define IN_MEMORY(function)
%nothread function;
%enddef

/* -- outcomes -- */

%define ANSWER_OF(error, findings)
    if ($1 != DEALER_OK) {
        glue_raise($1, error, findings);
        SWIG_fail;
    }
    $result = SWIG_Py_Void();
%enddef
%typemap(out) dealer_status { ANSWER_OF(GLUE_ERROR_OF(arg1), NULL) }
%define ERROR_IS(function, error)
%typemap(out) dealer_status function { ANSWER_OF(error, NULL) }
%enddef
%define FINDINGS_ARE(function, findings)
%typemap(out) dealer_status function { ANSWER_OF(GLUE_ERROR_OF(arg1), findings) }
%enddef

%define RESULT(expression)
    PyObject *made = expression;
    if (!made) SWIG_fail;
    Py_XDECREF($result);
    $result = made;
%enddef

/* -- text in -- */

%typemap(in, numinputs=1) const char * {
    $1 = (char *)glue_text($input, "$1_name");
    if (!$1) SWIG_fail;
}
%typemap(freearg) const char * ""
%define OPTIONAL_TEXT(name)
%typemap(in, numinputs=1) const char *name {
    $1 = $input == Py_None ? NULL : (char *)glue_text($input, "$1_name");
    if (!$1 && $input != Py_None) SWIG_fail;
}
%enddef
%define TEXT_WITH_LENGTH(name)
%typemap(in) (const char *name, size_t length) {
    Py_ssize_t size = 0;
    $1 = (char *)glue_text_and_length($input, &size, "$1_name");
    if (!$1) SWIG_fail;
    $2 = (size_t)size;
}
%typemap(freearg) (const char *name, size_t length) ""
%enddef

%define BYTES_WITH_LENGTH(name)
%typemap(in) (const char *name, size_t length) {
    Py_ssize_t size = 0;
    if (PyBytes_AsStringAndSize($input, &$1, &size) < 0) SWIG_fail;
    $2 = (size_t)size;
}
%typemap(freearg) (const char *name, size_t length) ""
%enddef

%typemap(in) (const int64_t *documents, size_t count) {
    $1 = glue_numbers($input, &$2);
    if (!$1) SWIG_fail;
}
%typemap(freearg) (const int64_t *documents, size_t count) "PyMem_Free((void *)$1);"

/* -- what comes out -- */

%typemap(out) const char * { $result = glue_text_or_none($1); if (!$result) SWIG_fail; }

%define HANDLE(type, name)
%typemap(in, numinputs=0) type **name (type *handle = NULL) "$1 = &handle;"
%typemap(argout) type **name { RESULT(SWIG_NewPointerObj(*$1, $*1_descriptor, 0)) }
%enddef

%typemap(in, numinputs=0) dealer_error **error_out (dealer_error *error = NULL) "$1 = &error;"
%typemap(freearg) dealer_error **error_out "dealer_error_free(*$1);"

%typemap(in, numinputs=0) dealer_text ** (dealer_text *text = NULL) "$1 = &text;"
%typemap(argout) dealer_text ** { RESULT(glue_text_of(*$1)) }
%typemap(freearg) dealer_text ** "dealer_text_free(*$1);"

%typemap(in, numinputs=0) dealer_decision **decision_out (dealer_decision *decision = NULL) "$1 = &decision;"
%typemap(argout) dealer_decision **decision_out { RESULT(glue_decision(*$1)) }
%typemap(freearg) dealer_decision **decision_out "dealer_decision_free(*$1);"

%typemap(in, numinputs=0) int64_t *OUTPUT_NUMBER (int64_t number = 0) "$1 = &number;"
%typemap(argout) int64_t *OUTPUT_NUMBER { RESULT(PyLong_FromLongLong(*$1)) }
%apply int64_t *OUTPUT_NUMBER { int64_t *value_out, int64_t *count_out };

%typemap(in, numinputs=0) int32_t *allowed_out (int32_t flag = 0) "$1 = &flag;"
%typemap(argout) int32_t *allowed_out { RESULT(PyBool_FromLong(*$1)) }

%typemap(in, numinputs=0) const char **text_out (char *text = NULL) "$1 = &text;"
%typemap(argout) const char **text_out { RESULT(glue_text_or_none(*$1)) }

%typemap(in, numinputs=0) (int64_t *minor_out, const char **currency_out) (int64_t minor = 0, char *currency = NULL)
    "$1 = &minor; $2 = &currency;"
%typemap(argout) (int64_t *minor_out, const char **currency_out) { RESULT(Py_BuildValue("(Ls)", (long long)*$1, *$2)) }

%typemap(in, numinputs=0) (int64_t *count_out, int32_t *cut_out) (int64_t count = 0, int32_t cut = 0) "$1 = &count; $2 = &cut;"
%typemap(argout) (int64_t *count_out, int32_t *cut_out) {
    RESULT(Py_BuildValue("(LN)", (long long)*$1, PyBool_FromLong(*$2)))
}

%typemap(in, numinputs=0) (int64_t *count_out, int64_t *bad_out) (int64_t count = 0, int64_t bad = 0) "$1 = &count; $2 = &bad;"
%typemap(argout) (int64_t *count_out, int64_t *bad_out) { RESULT(Py_BuildValue("(LL)", (long long)*$1, (long long)*$2)) }

/* -- options and progress -- */

%typemap(in) const dealer_store_options *options (dealer_store_options options = DEALER_STORE_OPTIONS_INIT) {
    if (!glue_store_options($input, &options)) SWIG_fail;
    $1 = &options;
}

%typemap(in) const dealer_backtest_options *options (dealer_backtest_options options = DEALER_BACKTEST_OPTIONS_INIT,
    struct glue_progress progress = {0}) {
    if (!glue_backtest_options($input, &options, &progress)) SWIG_fail;
    $1 = &options;
}
%typemap(argout) const dealer_backtest_options *options { if (glue_progress_raised(&progress$argnum)) SWIG_fail; }
%typemap(freearg) const dealer_backtest_options *options "glue_progress_end(&progress$argnum);"

%typemap(in) (dealer_progress progress, void *user_data) (struct glue_progress progress = {0}) {
    progress.call = $input;
    $1 = $input == Py_None ? NULL : glue_told;
    $2 = &progress;
}
%typemap(argout) (dealer_progress progress, void *user_data) { if (glue_progress_raised(&progress$argnum)) SWIG_fail; }
%typemap(freearg) (dealer_progress progress, void *user_data) "glue_progress_end(&progress$argnum);"
