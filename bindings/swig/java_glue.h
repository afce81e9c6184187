/* What the Java typemaps call: exceptions, bytes, and the trampolines for clock, randomness and log. Knows the C interface and JNI; what an
 * exception is called and what a clock answers is decided in Java (org.libdealer.Failures, org.libdealer.Seams). */
#ifndef JAVA_GLUE_H
#define JAVA_GLUE_H

#include <jni.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dealer.h"

/* -- bytes -- */

/* A copy with a NUL behind it; NULL for null. */
static char *glue_bytes(JNIEnv *env, jbyteArray array, size_t *length_out) {
    jsize length = array ? (*env)->GetArrayLength(env, array) : 0;
    char *copy = array ? malloc((size_t)length + 1) : NULL;
    if (length_out) *length_out = copy ? (size_t)length : 0;
    if (!copy) return NULL;
    (*env)->GetByteArrayRegion(env, array, 0, length, (jbyte *)copy);
    copy[length] = '\0';
    return copy;
}

/* A copy; NULL for null. */
static int64_t *glue_numbers(JNIEnv *env, jlongArray array, size_t *count_out) {
    jsize count = array ? (*env)->GetArrayLength(env, array) : 0;
    int64_t *copy = array ? malloc(((size_t)count + 1) * sizeof *copy) : NULL;
    *count_out = copy ? (size_t)count : 0;
    if (copy) (*env)->GetLongArrayRegion(env, array, 0, count, (jlong *)copy);
    return copy;
}

/* null for NULL, or where Java has no memory (an exception is pending then). */
static jbyteArray glue_array(JNIEnv *env, const char *bytes, size_t length) {
    jbyteArray array = bytes ? (*env)->NewByteArray(env, (jsize)length) : NULL;
    if (array) (*env)->SetByteArrayRegion(env, array, 0, (jsize)length, (const jbyte *)bytes);
    return array;
}

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

static void glue_put(JNIEnv *env, jobjectArray array, jsize index, const char *text) {
    jbyteArray bytes = glue_array(env, text, text ? strlen(text) : 0);
    if (!bytes) return;
    (*env)->SetObjectArrayElement(env, array, index, bytes);
    (*env)->DeleteLocalRef(env, bytes);
}

/* Id, English and Chinese sentence of each level, the outermost first. */
static jobjectArray glue_levels(JNIEnv *env, const dealer_error *error) {
    int32_t depth = dealer_error_depth(error);
    jclass bytes = (*env)->FindClass(env, "[B");
    jobjectArray levels = bytes ? (*env)->NewObjectArray(env, depth * 3, bytes, NULL) : NULL;
    for (int32_t level = 0; levels && level < depth && !(*env)->ExceptionCheck(env); level++) {
        glue_put(env, levels, level * 3, dealer_error_id(error, level));
        glue_put(env, levels, level * 3 + 1, dealer_error_message(error, level, DEALER_LANGUAGE_EN));
        glue_put(env, levels, level * 3 + 2, dealer_error_message(error, level, DEALER_LANGUAGE_ZH));
    }
    return levels;
}

/* Throws what org.libdealer.Failures.of makes of the status; on trouble, whatever Java threw on the way. */
static void glue_throw(JNIEnv *env, dealer_status status, const dealer_error *error, const dealer_text *findings) {
    jobjectArray levels = glue_levels(env, error);
    if ((*env)->ExceptionCheck(env)) return;
    jbyteArray found = findings ? glue_array(env, dealer_text_data(findings), dealer_text_length(findings)) : NULL;
    jclass failures = (*env)->ExceptionCheck(env) ? NULL : (*env)->FindClass(env, "org/libdealer/Failures");
    jmethodID of = failures ? (*env)->GetStaticMethodID(env, failures, "of", "(I[[B[B)Lorg/libdealer/DealerException;") : NULL;
    jthrowable failure = of ? (*env)->CallStaticObjectMethod(env, failures, of, (jint)status, levels, found) : NULL;
    if (failure && !(*env)->ExceptionCheck(env)) (*env)->Throw(env, failure);
}

/* -- what comes out: nothing is given after a failure -- */

static void glue_give_long(JNIEnv *env, jlongArray array, jlong value) {
    if (array && !(*env)->ExceptionCheck(env)) (*env)->SetLongArrayRegion(env, array, 0, 1, &value);
}

static void glue_give_bytes(JNIEnv *env, jobjectArray array, jsize index, const char *bytes, size_t length) {
    if (!array || (*env)->ExceptionCheck(env)) return;
    jbyteArray copy = glue_array(env, bytes, length);
    if (!copy) return;
    (*env)->SetObjectArrayElement(env, array, index, copy);
    (*env)->DeleteLocalRef(env, copy);
}

/* The JSON, and the sentence in English and Chinese. */
static void glue_give_decision(JNIEnv *env, jobjectArray array, const dealer_decision *decision) {
    if (!decision) return;
    const char *en = dealer_decision_sentence(decision, DEALER_LANGUAGE_EN);
    const char *zh = dealer_decision_sentence(decision, DEALER_LANGUAGE_ZH);
    const char *json = dealer_decision_json(decision);
    glue_give_bytes(env, array, 0, json, strlen(json));
    glue_give_bytes(env, array, 1, en, strlen(en));
    glue_give_bytes(env, array, 2, zh, strlen(zh));
}

/* -- trampolines: an org.libdealer.Seams, which is freed after the last handle of its store -- */

typedef struct glue_seams {
    JavaVM *vm;
    jobject object; /* global */
    jmethodID now, random, log;
} glue_seams;

enum glue_hook { GLUE_CLOCK = 1, GLUE_RANDOM = 2, GLUE_LOG = 4 };

static JNIEnv *glue_env(const glue_seams *seams) {
    void *env = NULL;
    if ((*seams->vm)->GetEnv(seams->vm, &env, JNI_VERSION_1_8) != JNI_OK &&
        (*seams->vm)->AttachCurrentThreadAsDaemon(seams->vm, &env, NULL) != JNI_OK)
        return NULL;
    return env;
}

static int64_t glue_now(void *user_data) {
    const glue_seams *seams = user_data;
    JNIEnv *env = glue_env(seams);
    jlong now = env ? (*env)->CallLongMethod(env, seams->object, seams->now) : 0;
    if (env && (*env)->ExceptionCheck(env)) (*env)->ExceptionClear(env); /* only a StackOverflowError gets here */
    return now;
}

static int32_t glue_random(void *user_data, uint8_t *buffer, size_t length) {
    const glue_seams *seams = user_data;
    JNIEnv *env = glue_env(seams);
    if (!env) return 1;
    jbyteArray answer = (*env)->CallObjectMethod(env, seams->object, seams->random, (jint)length);
    bool good = !(*env)->ExceptionCheck(env) && answer && (size_t)(*env)->GetArrayLength(env, answer) == length;
    if (good) (*env)->GetByteArrayRegion(env, answer, 0, (jsize)length, (jbyte *)buffer);
    (*env)->ExceptionClear(env);
    (*env)->DeleteLocalRef(env, answer);
    return !good;
}

static void glue_log(void *user_data, int32_t level, const char *message) {
    const glue_seams *seams = user_data;
    JNIEnv *env = glue_env(seams);
    jbyteArray line = env ? glue_array(env, message, strlen(message)) : NULL;
    if (line) (*env)->CallVoidMethod(env, seams->object, seams->log, (jint)level, line);
    if (env) (*env)->ExceptionClear(env);
    if (line) (*env)->DeleteLocalRef(env, line);
}

/* 0 with an exception pending when Java has no memory. */
static glue_seams *seams_new(JNIEnv *env, jobject object) {
    glue_seams *seams = calloc(1, sizeof *seams);
    jclass class = (*env)->GetObjectClass(env, object);
    if (!seams) return NULL;
    (*env)->GetJavaVM(env, &seams->vm);
    seams->now = (*env)->GetMethodID(env, class, "nowUtcMs", "()J");
    if (seams->now) seams->random = (*env)->GetMethodID(env, class, "random", "(I)[B");
    if (seams->random) seams->log = (*env)->GetMethodID(env, class, "log", "(I[B)V");
    if (seams->log) seams->object = (*env)->NewGlobalRef(env, object);
    if (seams->object) return seams;
    free(seams);
    return NULL;
}

static void seams_free(JNIEnv *env, glue_seams *seams) {
    if (!seams) return;
    (*env)->DeleteGlobalRef(env, seams->object);
    free(seams);
}

/* -- options: an object with these fields, org.libdealer.NativeOptions -- */

static jint glue_int(JNIEnv *env, jobject object, const char *name) {
    jfieldID field = (*env)->GetFieldID(env, (*env)->GetObjectClass(env, object), name, "I");
    return field ? (*env)->GetIntField(env, object, field) : 0;
}

static char *glue_bytes_field(JNIEnv *env, jobject object, const char *name, size_t *length_out) {
    jfieldID field = (*env)->GetFieldID(env, (*env)->GetObjectClass(env, object), name, "[B");
    return glue_bytes(env, field ? (*env)->GetObjectField(env, object, field) : NULL, length_out);
}

static void glue_store_options(JNIEnv *env, jobject given, dealer_store_options *options) {
    if (!given) return;
    jint hooks = glue_int(env, given, "hooks");
    jfieldID field = (*env)->GetFieldID(env, (*env)->GetObjectClass(env, given), "seams", "J");
    void *seams = field ? (void *)(intptr_t)(*env)->GetLongField(env, given, field) : NULL;
    options->read_only = glue_int(env, given, "readOnly");
    options->must_exist = glue_int(env, given, "mustExist");
    options->busy_timeout_ms = glue_int(env, given, "busyTimeoutMs");
    options->vfs = glue_bytes_field(env, given, "vfs", NULL);
    options->journal_key = (uint8_t *)glue_bytes_field(env, given, "journalKey", &options->journal_key_length);
    if (hooks & GLUE_CLOCK) options->now_utc_ms = glue_now;
    if (hooks & GLUE_RANDOM) options->random = glue_random;
    if (hooks & GLUE_LOG) options->log = glue_log;
    options->now_user_data = options->random_user_data = options->log_user_data = seams;
}

/* -- progress: an org.libdealer.Progress; what it throws waits until the library has come back -- */

struct glue_progress {
    JNIEnv *env;
    jobject object;
    jmethodID tell;
    jthrowable thrown;
};

static int32_t glue_told(void *user_data, int64_t done, int64_t total) {
    struct glue_progress *progress = user_data;
    JNIEnv *env = progress->env;
    jboolean stop = (*env)->CallBooleanMethod(env, progress->object, progress->tell, (jlong)done, (jlong)total);
    progress->thrown = (*env)->ExceptionOccurred(env);
    if (progress->thrown) (*env)->ExceptionClear(env);
    return stop || progress->thrown;
}

static dealer_progress glue_progress_begin(JNIEnv *env, jobject object, struct glue_progress *progress) {
    progress->env = env;
    progress->object = object;
    if (object) progress->tell = (*env)->GetMethodID(env, (*env)->GetObjectClass(env, object), "tell", "(JJ)Z");
    return progress->tell ? glue_told : NULL;
}

static void glue_progress_end(struct glue_progress *progress) {
    JNIEnv *env = progress->env;
    if (progress->thrown && !(*env)->ExceptionCheck(env)) (*env)->Throw(env, progress->thrown);
}

static void glue_backtest_options(JNIEnv *env, jobject given, dealer_backtest_options *options, struct glue_progress *progress) {
    progress->env = env;
    if (!given) return;
    jfieldID field = (*env)->GetFieldID(env, (*env)->GetObjectClass(env, given), "progress", "Lorg/libdealer/Progress;");
    options->files = glue_bytes_field(env, given, "files", &options->files_length);
    options->query = glue_bytes_field(env, given, "query", &options->query_length);
    options->group = glue_bytes_field(env, given, "group", NULL);
    options->threads = glue_int(env, given, "threads");
    options->format = glue_int(env, given, "format");
    options->rows = glue_int(env, given, "rows");
    options->record = glue_int(env, given, "record");
    options->progress = field ? glue_progress_begin(env, (*env)->GetObjectField(env, given, field), progress) : NULL;
    options->progress_user_data = progress;
}

#endif
