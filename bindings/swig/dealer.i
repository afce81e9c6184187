/* The flat layer below the Python and Java packages: the public headers as they are, one .i a noun, and typemaps that go by the names
 * of parameters. Private to the hand-written layers; what comes out of SWIG is never edited and never kept.
 *
 *   a status            nothing, or an exception
 *   X **x_out           a handle            text, decision: their contents, freed at once
 *   (text, length)      one text            const char *: a text without NUL, never None/null unless OPTIONAL_TEXT says so
 *
 * IN_MEMORY names what never touches the disk; ERROR_IS and FINDINGS_ARE say where a call that has no session or document yet, or that has
 * more to tell, leaves its error. */
#ifdef SWIGPYTHON
%module(threads="1") dealer
%include "python.i"
#endif
#ifdef SWIGJAVA
%module Native
%include "java.i"
#endif

%rename("%(strip:[dealer_])s") "";
%{
#include "dealer.h"
%}
%include "dealer/export.h"

OPTIONAL_TEXT(arguments)
OPTIONAL_TEXT(comment)
OPTIONAL_TEXT(department)
OPTIONAL_TEXT(group)

HANDLE(dealer_store, store_out)
HANDLE(dealer_session, session_out)
HANDLE(dealer_document, document_out)
HANDLE(dealer_list, list_out)

TEXT_WITH_LENGTH(text)
TEXT_WITH_LENGTH(json)
TEXT_WITH_LENGTH(query)
TEXT_WITH_LENGTH(files)
TEXT_WITH_LENGTH(sales)

// One line a noun, made by swig.cmake: its .i here, or its header where it needs none.
%include "nouns.i"
