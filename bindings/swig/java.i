/* Typemaps for Java. Handles are longs and texts are UTF-8 bytes, because JNI's own strings are not UTF-8; what comes out through a parameter
 * lands in an array of one. null as a text is NULL, and NULL is refused by the library. The bytes hold no NUL: the layer above sees to it. */
%include <stdint.i>
%{
#include "java_glue.h"
%}
%pragma(java) jniclasscode=%{
  static {
    Loader.load();
  }
%}

%define IN_MEMORY(function)
%enddef
%define OPTIONAL_TEXT(name)
%enddef

/* -- outcomes -- */

%typemap(jni) dealer_status "void"
%typemap(jtype) dealer_status "void"
%typemap(jstype) dealer_status "void"
%typemap(javaout) dealer_status "{ $jnicall; }"
%typemap(out, null="") dealer_status "if ($1 != DEALER_OK) glue_throw(jenv, $1, GLUE_ERROR_OF(arg1), NULL);"
%define ERROR_IS(function, error)
%typemap(out, null="") dealer_status function "if ($1 != DEALER_OK) glue_throw(jenv, $1, error, NULL);"
%enddef
%define FINDINGS_ARE(function, findings)
%typemap(out, null="") dealer_status function "if ($1 != DEALER_OK) glue_throw(jenv, $1, GLUE_ERROR_OF(arg1), findings);"
%enddef

/* -- text in and out -- */

%define BYTES(...)
%typemap(jni) __VA_ARGS__ "jbyteArray"
%typemap(jtype) __VA_ARGS__ "byte[]"
%typemap(jstype) __VA_ARGS__ "byte[]"
%typemap(javain) __VA_ARGS__ "$javainput"
%typemap(javaout) __VA_ARGS__ "{ return $jnicall; }"
%enddef

BYTES(const char *)
%typemap(in) const char * { $1 = ($1_ltype)glue_bytes(jenv, $input, NULL); }
%typemap(freearg) const char * "free($1);"
%typemap(out) const char * { $result = glue_array(jenv, $1, $1 ? strlen($1) : 0); }

%define TEXT_WITH_LENGTH(name)
BYTES((const char *name, size_t length))
%typemap(in) (const char *name, size_t length) { $1 = ($1_ltype)glue_bytes(jenv, $input, &$2); }
%typemap(freearg) (const char *name, size_t length) "free($1);"
%enddef

%define BYTES_WITH_LENGTH(name)
TEXT_WITH_LENGTH(name)
%enddef

/* -- handles -- */

%define ARRAY(parameter, jni_type, java_type)
%typemap(jni) parameter "jni_type"
%typemap(jtype) parameter "java_type"
%typemap(jstype) parameter "java_type"
%typemap(javain) parameter "$javainput"
%enddef

%define HANDLE(type, name)
%typemap(jni) type *, const type * "jlong"
%typemap(jtype) type *, const type * "long"
%typemap(jstype) type *, const type * "long"
%typemap(javain) type *, const type * "$javainput"
%typemap(javaout) type *, const type * "{ return $jnicall; }"
%typemap(in) type *, const type * "$1 = ($1_ltype)(intptr_t)$input;"
%typemap(out) type *, const type * "$result = (jlong)(intptr_t)$1;"
ARRAY(type **name, jlongArray, long[])
%typemap(in) type **name (type *handle = NULL) "$1 = &handle;"
%typemap(argout) type **name "glue_give_long(jenv, $input, (jlong)(intptr_t)*$1);"
%enddef

/* -- what comes out through a parameter -- */

%typemap(in, numinputs=0) dealer_error **error_out (dealer_error *error = NULL) "$1 = &error;"
%typemap(freearg) dealer_error **error_out "dealer_error_free(*$1);"

ARRAY(dealer_text **, jobjectArray, byte[][])
%typemap(in) dealer_text ** (dealer_text *text = NULL) "$1 = &text;"
%typemap(argout) dealer_text ** "glue_give_bytes(jenv, $input, 0, dealer_text_data(*$1), dealer_text_length(*$1));"
%typemap(freearg) dealer_text ** "dealer_text_free(*$1);"

ARRAY(dealer_decision **decision_out, jobjectArray, byte[][])
%typemap(in) dealer_decision **decision_out (dealer_decision *decision = NULL) "$1 = &decision;"
%typemap(argout) dealer_decision **decision_out "glue_give_decision(jenv, $input, *$1);"
%typemap(freearg) dealer_decision **decision_out "dealer_decision_free(*$1);"

ARRAY(int64_t *OUTPUT_NUMBER, jlongArray, long[])
%typemap(in) int64_t *OUTPUT_NUMBER (int64_t number = 0) "$1 = &number;"
%typemap(argout) int64_t *OUTPUT_NUMBER "glue_give_long(jenv, $input, *$1);"
%apply int64_t *OUTPUT_NUMBER { int64_t *value_out, int64_t *count_out, int64_t *bad_out, int64_t *minor_out };

ARRAY(int32_t *OUTPUT_FLAG, jlongArray, long[])
%typemap(in) int32_t *OUTPUT_FLAG (int32_t flag = 0) "$1 = &flag;"
%typemap(argout) int32_t *OUTPUT_FLAG "glue_give_long(jenv, $input, *$1);"
%apply int32_t *OUTPUT_FLAG { int32_t *allowed_out, int32_t *cut_out };

ARRAY(const char **OUTPUT_TEXT, jobjectArray, byte[][])
%typemap(in) const char **OUTPUT_TEXT (char *text = NULL) "$1 = &text;"
%typemap(argout) const char **OUTPUT_TEXT "if (*$1) glue_give_bytes(jenv, $input, 0, *$1, strlen(*$1));"
%typemap(freearg) const char **OUTPUT_TEXT ""
%apply const char **OUTPUT_TEXT { const char **text_out, const char **currency_out };

ARRAY((const int64_t *documents, size_t count), jlongArray, long[])
%typemap(in) (const int64_t *documents, size_t count) { $1 = glue_numbers(jenv, $input, &$2); }
%typemap(freearg) (const int64_t *documents, size_t count) "free((void *)$1);"

/* -- options and progress -- */

%define OBJECT(...)
%typemap(jni) __VA_ARGS__ "jobject"
%typemap(jtype) __VA_ARGS__ "java.lang.Object"
%typemap(jstype) __VA_ARGS__ "java.lang.Object"
%typemap(javain) __VA_ARGS__ "$javainput"
%enddef

OBJECT(const dealer_store_options *options)
%typemap(in) const dealer_store_options *options (dealer_store_options options = DEALER_STORE_OPTIONS_INIT) {
    glue_store_options(jenv, $input, &options);
    $1 = &options;
}
%typemap(freearg) const dealer_store_options *options {
    free((void *)options$argnum.vfs);
    free((void *)options$argnum.journal_key);
}

OBJECT(const dealer_backtest_options *options)
%typemap(in) const dealer_backtest_options *options (dealer_backtest_options options = DEALER_BACKTEST_OPTIONS_INIT,
    struct glue_progress progress = {0}) {
    glue_backtest_options(jenv, $input, &options, &progress);
    $1 = &options;
}
%typemap(argout) const dealer_backtest_options *options "glue_progress_end(&progress$argnum);"
%typemap(freearg) const dealer_backtest_options *options {
    free((void *)options$argnum.files);
    free((void *)options$argnum.query);
    free((void *)options$argnum.group);
}

OBJECT((dealer_progress progress, void *user_data))
%typemap(in) (dealer_progress progress, void *user_data) (struct glue_progress progress = {0}) {
    $1 = glue_progress_begin(jenv, $input, &progress);
    $2 = &progress;
}
%typemap(argout) (dealer_progress progress, void *user_data) "glue_progress_end(&progress$argnum);"

%typemap(in, numinputs=0) JNIEnv *jenv "$1 = jenv;"
HANDLE(glue_seams, seams_out)
glue_seams *seams_new(JNIEnv *jenv, jobject object);
void seams_free(JNIEnv *jenv, glue_seams *seams);
