/* What the Python typemaps call: exceptions, texts, and the trampolines for clock, randomness and log. Knows the C interface and
 * CPython; what an exception is called and what a clock answers is decided in Python (dealer._errors, dealer._seams). */
#ifndef PYTHON_GLUE_H
#define PYTHON_GLUE_H

#include <Python.h>
#include <stdbool.h>
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

/* A copy of a list of int; the caller frees it with PyMem_Free. */
static int64_t *glue_numbers(PyObject *list, size_t *count_out) {
    Py_ssize_t count = PyList_Check(list) ? PyList_Size(list) : -1;
    if (count < 0) PyErr_SetString(PyExc_TypeError, "ids must be a list");
    int64_t *numbers = count < 0 ? NULL : PyMem_Calloc((size_t)count + 1, sizeof *numbers);
    if (!numbers && !PyErr_Occurred()) PyErr_NoMemory();
    for (Py_ssize_t i = 0; numbers && i < count && !PyErr_Occurred(); i++) numbers[i] = PyLong_AsLongLong(PyList_GetItem(list, i));
    *count_out = (size_t)count;
    if (!PyErr_Occurred()) return numbers;
    PyMem_Free(numbers);
    return NULL;
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

/* -- options: a tuple, in the order of dealer._store and dealer._system -- */

static bool glue_is_tuple(PyObject *object) {
    if (PyTuple_Check(object)) return true;
    PyErr_SetString(PyExc_TypeError, "options must be a tuple");
    return false;
}

/* (read_only, must_exist, busy_timeout_ms, vfs or None, journal_key, seams, hooks) */
static bool glue_store_options(PyObject *tuple, dealer_store_options *options) {
    PyObject *key, *seams;
    int hooks;
    if (!glue_is_tuple(tuple)) return false;
    if (!PyArg_ParseTuple(tuple, "iiizO!Oi", &options->read_only, &options->must_exist, &options->busy_timeout_ms, &options->vfs,
            &PyBytes_Type, &key, &seams, &hooks))
        return false;
    options->journal_key = (const uint8_t *)PyBytes_AsString(key);
    options->journal_key_length = (size_t)PyBytes_Size(key);
    if (hooks & GLUE_CLOCK) options->now_utc_ms = glue_now;
    if (hooks & GLUE_RANDOM) options->random = glue_random;
    if (hooks & GLUE_LOG) options->log = glue_log;
    options->now_user_data = options->random_user_data = options->log_user_data = seams;
    return true;
}

/* What a progress callback raised waits here until the library has come back. */
struct glue_progress {
    PyObject *call, *type, *value, *trace;
};

static int32_t glue_told(void *user_data, int64_t done, int64_t total) {
    struct glue_progress *progress = user_data;
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *answer = PyObject_CallFunction(progress->call, "LL", (long long)done, (long long)total);
    int stop = answer ? PyObject_IsTrue(answer) : 1;
    Py_XDECREF(answer);
    if (PyErr_Occurred()) {
        PyErr_Fetch(&progress->type, &progress->value, &progress->trace);
        stop = 1;
    }
    PyGILState_Release(state);
    return stop;
}

static bool glue_progress_raised(struct glue_progress *progress) {
    if (!progress->type) return false;
    PyErr_Restore(progress->type, progress->value, progress->trace);
    progress->type = NULL;
    return true;
}

static void glue_progress_end(struct glue_progress *progress) {
    if (!progress->type) return;
    Py_DECREF(progress->type);
    Py_XDECREF(progress->value);
    Py_XDECREF(progress->trace);
}

/* (files, query or None, group or None, threads, format, rows, record, progress or None) */
static bool glue_backtest_options(PyObject *tuple, dealer_backtest_options *options, struct glue_progress *progress) {
    PyObject *files, *query;
    Py_ssize_t size = 0;
    if (!glue_is_tuple(tuple)) return false;
    if (!PyArg_ParseTuple(tuple, "OOziiiiO", &files, &query, &options->group, &options->threads, &options->format, &options->rows,
            &options->record, &progress->call))
        return false;
    options->files = glue_text_and_length(files, &size, "files");
    options->files_length = (size_t)size;
    if (!options->files) return false;
    if (query != Py_None && !(options->query = glue_text_and_length(query, &size, "query"))) return false;
    options->query_length = options->query ? (size_t)size : 0;
    if (progress->call != Py_None) options->progress = glue_told;
    options->progress_user_data = progress;
    return true;
}

#endif
