# Knows how SWIG is run over dealer.i, and how a module of what it makes is compiled and linked. Included by bindings/python and
# bindings/java, which say where the module goes.

find_program(SWIG_EXECUTABLE swig REQUIRED)
set(DEALER_SWIG ${CMAKE_CURRENT_LIST_DIR})

# Every public header is taken: through the .i of its name, or as it is. Without a noun of their own are those that types.i reads, and those
# that end in the typemaps.
set(nouns "%include \"types.i\"\n")
file(GLOB headers CONFIGURE_DEPENDS ${dealer_SOURCE_DIR}/libdealer/include/dealer/*.h)
foreach(header IN LISTS headers)
    cmake_path(GET header STEM noun)
    if(noun MATCHES "^(types|status|export|version|error|decision)$")
        continue()
    elseif(EXISTS ${DEALER_SWIG}/${noun}.i)
        string(APPEND nouns "%include \"${noun}.i\"\n")
    else()
        string(APPEND nouns "%include \"dealer/${noun}.h\"\n")
    endif()
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/swig/nouns.i CONTENT "${nouns}" @ONLY)

# Sets <out> to the C file made for <language>; what else SWIG writes lands beside it, in swig/<language> of the build.
function(dealer_swig language out)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/swig/${language})
    set(wrapper ${folder}/dealer_${language}.c)
    file(GLOB inputs CONFIGURE_DEPENDS ${DEALER_SWIG}/*.i ${dealer_SOURCE_DIR}/libdealer/include/dealer/*.h)
    file(MAKE_DIRECTORY ${folder})
    add_custom_command(OUTPUT ${wrapper}
        COMMAND ${SWIG_EXECUTABLE} -${language} ${ARGN} -I${DEALER_SWIG} -I${CMAKE_CURRENT_BINARY_DIR}/swig -I${dealer_SOURCE_DIR}/libdealer/include
            -outdir ${folder} -o ${wrapper} ${DEALER_SWIG}/dealer.i
        DEPENDS ${inputs} ${CMAKE_CURRENT_BINARY_DIR}/swig/nouns.i COMMENT "Running SWIG for ${language}" VERBATIM)
    set(${out} ${wrapper} PARENT_SCOPE)
endfunction()

# libsodium goes in as well where the system has its archive, so that the module needs nothing but the C library; where it has
# none, or one that cannot go into a module, the shared one is asked for.
find_library(DEALER_SODIUM_ARCHIVE libsodium.a)
function(dealer_swig_target target)
    target_include_directories(${target} PRIVATE ${DEALER_SWIG})
    set_target_properties(${target} PROPERTIES C_STANDARD 11 C_EXTENSIONS ON C_VISIBILITY_PRESET hidden)
    if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
        # What SWIG writes is not ours: only what would be an error is told. Its code casts and aliases freely.
        target_compile_options(${target} PRIVATE -w -fno-strict-aliasing)
    endif()
    if(DEALER_SODIUM_ARCHIVE)
        target_link_options(${target} PRIVATE -Wl,--as-needed -Wl,--exclude-libs,ALL)
        target_link_libraries(${target} PRIVATE dealer_static ${DEALER_SODIUM_ARCHIVE})
    else()
        target_link_libraries(${target} PRIVATE dealer_static)
    endif()
endfunction()
