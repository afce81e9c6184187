# Knows that every C file of examples/c is a program of its own, linked like a host's and run as a test.
# What they show is written in them.

file(GLOB examples CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/examples/c/*.c)
foreach(file IN LISTS examples)
    cmake_path(GET file STEM name)
    add_executable(example_${name} ${file})
    target_link_libraries(example_${name} PRIVATE dealer::dealer dealer_compile)
    set_target_properties(example_${name} PROPERTIES OUTPUT_NAME ${name}
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/examples/c)
    if(DEALER_TESTS)
        add_test(NAME examples/c/${name} COMMAND example_${name} WORKING_DIRECTORY ${PROJECT_BINARY_DIR}/examples/c)
    endif()
endforeach()
