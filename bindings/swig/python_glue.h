/* What the Python typemaps call: exceptions, texts, and the trampolines for clock, randomness and log. Knows the C interface and
 * CPython; what an exception is called and what a clock answers is decided in Python (dealer._errors, dealer._seams). */
#ifndef PYTHON_GLUE_H
#define PYTHON_GLUE_H

#include <Python.h>
#include <string.h>

#include "dealer.h"

/* -- errors -- */

static const dealer_error *glue_no_error(const dealer_store *store) {
    (void)store;
    return NULL;
}

/* The error that a handle keeps of its last call. */
#define GLUE_ERROR_OF(handle)                          \
    _Generic((handle), dealer_session *                \
             : dealer_session_error, dealer_document * \
             : dealer_document_error, dealer_store *   \
             : glue_no_error)(handle)

/* ((id, en, zh), ...), the outermost first. */
static PyObject *glue_levels(const dealer_error *error) {
    int32_t depth = dealer_error_depth(error);
    PyObject *levels = PyTuple_New(depth);
    for (int32_t level = 0; levels && level < depth; level++) {
        PyObject *entry = Py_BuildValue("(sss)", dealer_error_id(error, level),
            dealer_error_message(error, level, DEALER_LANGUAGE_EN), dealer_error_message(error, level, DEALER_LANGUAGE_ZH));
        if (!entry) {
            Py_DECREF(levels);
            return NULL;
        }
        PyTuple_SET_ITEM(levels, level, entry);
    }
    return levels;
}

static PyObject *glue_text_of(const dealer_text *text) {
    return PyUnicode_DecodeUTF8(dealer_text_data(text), (Py_ssize_t)dealer_text_length(text), NULL);
}

/* Raises what dealer._errors.failure makes of the status; on trouble, whatever Python raised on the way. */
static void glue_raise(dealer_status status, const dealer_error *error, const dealer_text *findings) {
    PyObject *module = PyImport_ImportModule("dealer._errors");
    PyObject *levels = module ? glue_levels(error) : NULL;
    PyObject *found = levels ? glue_text_of(findings) : NULL;
    PyObject *failure = found ? PyObject_CallMethod(module, "failure", "(iOO)", (int)status, levels, found) : NULL;
    if (failure) PyErr_SetObject((PyObject *)Py_TYPE(failure), failure);
    Py_XDECREF(failure);
    Py_XDECREF(found);
    Py_XDECREF(levels);
    Py_XDECREF(module);
}

/* -- texts -- */

/* Borrowed from the str; lone surrogates are refused by CPython itself. */
static const char *glue_text_and_length(PyObject *object, Py_ssize_t *length, const char *name) {
    if (PyUnicode_Check(object)) return PyUnicode_AsUTF8AndSize(object, length);
    PyErr_Format(PyExc_TypeError, "%s must be a str, not %.100s", name, Py_TYPE(object)->tp_name);
    return NULL;
}

static const char *glue_text(PyObject *object, const char *name) {
    Py_ssize_t length = 0;
    const char *text = glue_text_and_length(object, &length, name);
    if (text && strlen(text) != (size_t)length) {
        PyErr_Format(PyExc_ValueError, "%s must not contain a NUL character", name);
        return NULL;
    }
    return text;
}

static PyObject *glue_text_or_none(const char *text) {
    if (text) return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), NULL);
    Py_RETURN_NONE;
}

/* (outcome, json, en, zh) */
static PyObject *glue_decision(const dealer_decision *decision) {
    return Py_BuildValue("(isss)", (int)dealer_decision_outcome(decision), dealer_decision_json(decision),
        dealer_decision_sentence(decision, DEALER_LANGUAGE_EN), dealer_decision_sentence(decision, DEALER_LANGUAGE_ZH));
}

/* -- trampolines: user_data is a dealer._seams.Seams, which every handle of the store keeps alive -- */

enum glue_hook { GLUE_CLOCK = 1, GLUE_RANDOM = 2, GLUE_LOG = 4 };

static int64_t glue_ask_time(PyObject *seams, const char *method) {
    PyObject *answer = PyObject_CallMethod(seams, method, NULL);
    int64_t now = answer ? PyLong_AsLongLong(answer) : 0;
    Py_XDECREF(answer);
    return now;
}

/* A clock cannot fail; one that raises is reported, and what it said last counts. The caller may be unwinding an exception of its own. */
static int64_t glue_now(void *seams) {
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
    int64_t now = glue_ask_time((PyObject *)seams, "now_utc_ms");
    if (PyErr_Occurred()) {
        PyErr_WriteUnraisable((PyObject *)seams);
        now = glue_ask_time((PyObject *)seams, "last_utc_ms");
        PyErr_Clear();
    }
    PyErr_Restore(type, value, trace);
    PyGILState_Release(state);
    return now;
}

static int32_t glue_random(void *seams, uint8_t *buffer, size_t length) {
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *answer = PyObject_CallMethod((PyObject *)seams, "random", "n", (Py_ssize_t)length);
    char *bytes = NULL;
    Py_ssize_t size = 0;
    int32_t status = 1;
    if (answer && PyBytes_AsStringAndSize(answer, &bytes, &size) == 0 && (size_t)size == length) {
        memcpy(buffer, bytes, length);
        status = 0;
    }
    if (PyErr_Occurred()) PyErr_WriteUnraisable((PyObject *)seams);
    Py_XDECREF(answer);
    PyGILState_Release(state);
    return status;
}

static void glue_log(void *seams, int32_t level, const char *message) {
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *answer = PyObject_CallMethod((PyObject *)seams, "log", "is", (int)level, message);
    if (!answer) PyErr_WriteUnraisable((PyObject *)seams);
    Py_XDECREF(answer);
    PyGILState_Release(state);
}

static dealer_status dealer_store_open_with(dealer_store **store_out, dealer_error **error_out, const char *path, const char *vfs,
    int32_t read_only, int32_t must_exist, int32_t busy_timeout_ms, const uint8_t *journal_key, size_t journal_key_length,
    PyObject *seams, int32_t hooks) {
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    options.vfs = vfs;
    options.read_only = read_only;
    options.must_exist = must_exist;
    options.busy_timeout_ms = busy_timeout_ms;
    options.journal_key = journal_key;
    options.journal_key_length = journal_key_length;
    if (hooks & GLUE_CLOCK) options.now_utc_ms = glue_now;
    if (hooks & GLUE_RANDOM) options.random = glue_random;
    if (hooks & GLUE_LOG) options.log = glue_log;
    options.now_user_data = options.random_user_data = options.log_user_data = seams;
    return dealer_store_open(store_out, error_out, path, &options);
}

#endif
