# Knows that every C file of examples/c is a program of its own, with the parts in the folder of its name if there is one, linked
# like a host's and run as a test. What they show is written in them.

# The examples are hosts, and take a JSON library as hosts do. Theirs is jansson; the library itself needs none.
pkg_check_modules(JANSSON QUIET IMPORTED_TARGET jansson)

file(GLOB examples CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/examples/c/*.c)
foreach(file IN LISTS examples)
    cmake_path(GET file STEM name)
    file(GLOB parts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/examples/c/${name}/*.c)
    file(STRINGS ${file} uses_jansson REGEX "^#include [<\"](jansson\\.h|${name}/)")
    if(uses_jansson AND NOT JANSSON_FOUND)
        message(STATUS "examples/c/${name}: not built, jansson is missing (Debian: libjansson-dev)")
        continue()
    endif()
    add_executable(example_${name} ${file} ${parts})
    target_include_directories(example_${name} PRIVATE ${PROJECT_SOURCE_DIR}/examples/c)
    target_link_libraries(example_${name} PRIVATE dealer::dealer dealer_compile
        $<$<BOOL:${JANSSON_FOUND}>:PkgConfig::JANSSON>)
    set_target_properties(example_${name} PROPERTIES OUTPUT_NAME ${name}
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/examples/c)
    if(DEALER_TESTS AND EXISTS ${PROJECT_SOURCE_DIR}/examples/c/${name}/test.cmake)
        include(${PROJECT_SOURCE_DIR}/examples/c/${name}/test.cmake)
    elseif(DEALER_TESTS)
        add_test(NAME examples/c/${name} COMMAND example_${name} WORKING_DIRECTORY ${PROJECT_BINARY_DIR}/examples/c)
    endif()
    if(DEALER_TESTS)
        set_tests_properties(examples/c/${name} PROPERTIES LABELS examples TIMEOUT 120)
    endif()
endforeach()
