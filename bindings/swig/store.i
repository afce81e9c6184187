/* The store. Opening takes options and callbacks, so each language has its own door in its glue. */
%ignore dealer_store_options;
%ignore dealer_store_open;
OPTIONAL_TEXT(vfs)
ERROR_IS(dealer_store_open_with, *arg2)
%include "dealer/store.h"
#ifdef SWIGPYTHON
dealer_status dealer_store_open_with(dealer_store **store_out, dealer_error **error_out, const char *path, const char *vfs,
    int32_t read_only, int32_t must_exist, int32_t busy_timeout_ms, const uint8_t *journal_key, size_t journal_key_length,
    PyObject *seams, int32_t hooks);
#endif
#ifdef SWIGJAVA
glue_seams *seams_new(JNIEnv *jenv, jobject object);
void seams_free(JNIEnv *jenv, glue_seams *seams);
dealer_status dealer_store_open_with(dealer_store **store_out, dealer_error **error_out, const char *path, const char *vfs,
    int32_t read_only, int32_t must_exist, int32_t busy_timeout_ms, const uint8_t *journal_key, size_t journal_key_length,
    glue_seams *seams, int32_t hooks);
#endif
