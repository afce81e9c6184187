# Knows how SQLite, Lua, yyjson and libsodium are found or built, and offers each as one target: dealer_use_<name>.
# Sources are never in this repository: fetch_dependencies.sh brings them into a cache by version and checksum.

find_package(PkgConfig REQUIRED)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

if(NOT DEALER_DEPENDENCIES MATCHES "^(bundled|system)$")
    message(FATAL_ERROR "DEALER_DEPENDENCIES is '${DEALER_DEPENDENCIES}', expected bundled or system")
endif()

# libsodium always is the system's: it is small, stable, and its security updates should arrive without us.
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium>=1.0.18)
add_library(dealer_use_sodium INTERFACE)
target_link_libraries(dealer_use_sodium INTERFACE PkgConfig::SODIUM)
set(DEALER_LINK_sodium Threads::Threads)

# What the pkg-config file of the installed library has to ask for; the bundled ones are inside.
set(DEALER_PC_REQUIRES "libsodium >= 1.0.18")
set(DEALER_MODULES SODIUM=libsodium)

# Sets <out> to the folder of a fetched dependency, or stops with the script's words.
function(dealer_fetch name out)
    execute_process(COMMAND ${PROJECT_SOURCE_DIR}/cmake/fetch_dependencies.sh --print-dir ${name}
        OUTPUT_VARIABLE printed RESULT_VARIABLE result OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "The source of ${name} is not there and could not be fetched; the lines above say why")
    endif()
    string(REGEX REPLACE "^${name}=" "" folder "${printed}")
    set(${out} ${folder} PARENT_SCOPE)
endfunction()

# Other people's C: optimised also in a debug build, quiet, hidden, without our undefined-behaviour checks. SQLite takes most of
# the time of a build, so these few files go through ccache where there is one; the folder that they are built in does not matter.
find_program(CCACHE ccache)
function(dealer_foreign_library target)
    add_library(${target} OBJECT ${ARGN})
    set_target_properties(${target} PROPERTIES C_EXTENSIONS ON)
    if(CCACHE)
        set_target_properties(${target} PROPERTIES C_COMPILER_LAUNCHER "${CMAKE_COMMAND};-E;env;CCACHE_NOHASHDIR=1;${CCACHE}")
    endif()
    target_compile_options(${target} PRIVATE $<IF:$<BOOL:${DEALER_SANITIZED}>,-O1,-O2> -g1 -w $<$<BOOL:${DEALER_SANITIZED}>:-fno-sanitize=undefined>)
endfunction()

# A dependency built here: its header folder for who includes it, its objects for the library, an archive for tests.
function(dealer_use_bundled name folder)
    add_library(dealer_use_${name} INTERFACE)
    add_library(dealer_${name}_archive STATIC EXCLUDE_FROM_ALL $<TARGET_OBJECTS:dealer_${name}>)
    set_target_properties(dealer_${name}_archive PROPERTIES LINKER_LANGUAGE C)
    set(DEALER_LINK_${name} dealer_${name}_archive PARENT_SCOPE)
    target_include_directories(dealer_use_${name} SYSTEM INTERFACE ${folder})
    set(DEALER_FOREIGN_OBJECTS ${DEALER_FOREIGN_OBJECTS} $<TARGET_OBJECTS:dealer_${name}> PARENT_SCOPE)
endfunction()

# DEALER_LINK_<name>: what a test that reaches inside links besides the header target; empty for the system's.
set(DEALER_FOREIGN_OBJECTS "")
set(DEALER_FOREIGN_LIBRARIES PkgConfig::SODIUM Threads::Threads)
set(DEALER_PC_LIBS_PRIVATE "-pthread -lm")

# --- yyjson ---
set(DEALER_BUNDLED_YYJSON 1)
if(DEALER_DEPENDENCIES STREQUAL system)
    pkg_check_modules(YYJSON IMPORTED_TARGET yyjson>=0.10)
    if(YYJSON_FOUND)
        set(DEALER_BUNDLED_YYJSON 0)
    else()
        message(STATUS "yyjson: none on the system, using the bundled one")
    endif()
endif()
if(DEALER_BUNDLED_YYJSON)
    dealer_fetch(yyjson folder)
    dealer_foreign_library(dealer_yyjson ${folder}/yyjson.c)
    target_compile_definitions(dealer_yyjson PRIVATE yyjson_api=) # hidden, like the rest
    dealer_use_bundled(yyjson ${folder})
    target_compile_definitions(dealer_use_yyjson INTERFACE yyjson_api=)
else()
    add_library(dealer_use_yyjson INTERFACE)
    target_link_libraries(dealer_use_yyjson INTERFACE PkgConfig::YYJSON)
    list(APPEND DEALER_FOREIGN_LIBRARIES PkgConfig::YYJSON)
    string(APPEND DEALER_PC_REQUIRES ", yyjson >= 0.10")
    list(APPEND DEALER_MODULES YYJSON=yyjson)
endif()

# --- SQLite and Lua ---
if(DEALER_DEPENDENCIES STREQUAL bundled)
    set(DEALER_BUNDLED_SQLITE 1)
    set(DEALER_BUNDLED_LUA 1)

    dealer_fetch(sqlite folder)
    set(DEALER_SQLITE_SOURCE ${folder})
    dealer_foreign_library(dealer_sqlite ${folder}/sqlite3.c)
    target_compile_definitions(dealer_sqlite PRIVATE
        SQLITE_API= # with -fvisibility=hidden: no symbol leaves the library
        SQLITE_THREADSAFE=2 # a connection is used by one thread at a time, which the pool sees to
        SQLITE_DQS=0
        SQLITE_DEFAULT_MEMSTATUS=0
        SQLITE_DEFAULT_FOREIGN_KEYS=1
        SQLITE_LIKE_DOESNT_MATCH_BLOBS
        SQLITE_MAX_EXPR_DEPTH=0
        SQLITE_OMIT_DEPRECATED
        SQLITE_OMIT_LOAD_EXTENSION
        SQLITE_OMIT_SHARED_CACHE
        SQLITE_USE_ALLOCA)
    dealer_use_bundled(sqlite ${folder})

    dealer_fetch(lua folder)
    file(GLOB lua_sources CONFIGURE_DEPENDS ${folder}/*.c)
    set(DEALER_LUA_PLAIN_SOURCES ${lua_sources})
    list(FILTER DEALER_LUA_PLAIN_SOURCES EXCLUDE REGEX "/(lua|luac|onelua|ltests|linit)\\.c$")
    # Left out: the programs and the test hooks, and the libraries that no rule may reach (files, system, modules, debugger);
    # linit.c goes with them, so luaL_openlibs does not exist and every library is opened by name.
    list(FILTER lua_sources EXCLUDE REGEX "/(lua|luac|onelua|ltests|linit|liolib|loslib|loadlib|ldblib|lstring|ltable|lvm|lapi)\\.c$")
    # The last four are included by files of ours that say what for.
    dealer_foreign_library(dealer_lua ${lua_sources} ${PROJECT_SOURCE_DIR}/cmake/lua_counted.c ${PROJECT_SOURCE_DIR}/cmake/lua_hashed.c)
    target_include_directories(dealer_lua PRIVATE ${folder})
    # The order of pairs() hangs on the hash seed; a fixed one keeps a replayed rule the same, bit for bit. Texts compare by bytes.
    target_compile_options(dealer_lua PRIVATE "-Dluai_makeseed(L)=((void)(L),0x6465616cu)" -Dstrcoll=strcmp "-Dlua_getlocaledecpoint()=46"
        $<IF:$<BOOL:${DEALER_SANITIZED}>,-DLUA_USE_APICHECK,-O3>)
    dealer_use_bundled(lua ${folder})
    list(APPEND DEALER_LINK_lua m)
    list(APPEND DEALER_FOREIGN_LIBRARIES m)
else()
    set(DEALER_BUNDLED_SQLITE 0)
    set(DEALER_BUNDLED_LUA 0)
    pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3>=3.40)
    add_library(dealer_use_sqlite INTERFACE)
    target_link_libraries(dealer_use_sqlite INTERFACE PkgConfig::SQLITE)
    pkg_search_module(LUA REQUIRED IMPORTED_TARGET lua5.4>=5.4.4 lua-5.4>=5.4.4 lua54>=5.4.4)
    add_library(dealer_use_lua INTERFACE)
    target_link_libraries(dealer_use_lua INTERFACE PkgConfig::LUA m)
    list(APPEND DEALER_FOREIGN_LIBRARIES PkgConfig::SQLITE PkgConfig::LUA m)
    string(APPEND DEALER_PC_REQUIRES ", sqlite3 >= 3.40, ${LUA_MODULE_NAME} >= 5.4.4")
    list(APPEND DEALER_MODULES SQLITE=sqlite3 LUA=${LUA_MODULE_NAME})
    if(SQLITE_VERSION VERSION_LESS 3.51.3)
        message(STATUS "SQLite ${SQLITE_VERSION} has the WAL-reset bug: stores will use a rollback journal, slower but safe")
    endif()
    if(LUA_VERSION VERSION_LESS 5.4.8)
        message(STATUS "Lua ${LUA_VERSION} is not safe under a memory limit: rules run without __gc, __close, __mode and coroutines")
    endif()
endif()
target_compile_definitions(dealer_compile INTERFACE
    DEALER_BUNDLED_SQLITE=${DEALER_BUNDLED_SQLITE} DEALER_BUNDLED_LUA=${DEALER_BUNDLED_LUA})
