# Knows how our own C is compiled: the standard, the warnings, the sanitizers, what is visible.
# Other people's code gets none of the warnings; see dependencies.cmake.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Kind of build" FORCE)
endif()

set(DEALER_SANITIZED OFF)
if(DEALER_SANITIZE)
    set(DEALER_SANITIZED ON) # the list itself has a comma, which generator expressions do not take
    add_compile_options(-fsanitize=${DEALER_SANITIZE} -fno-omit-frame-pointer -O1)
    if(DEALER_SANITIZE MATCHES undefined)
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
    add_link_options(-fsanitize=${DEALER_SANITIZE})
endif()

# What every target of ours gets, programs and tests too.
add_library(dealer_compile INTERFACE)
target_compile_definitions(dealer_compile INTERFACE _POSIX_C_SOURCE=200809L)
target_compile_options(dealer_compile INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wvla -Wundef -Wpointer-arith -Wwrite-strings
    -Wformat=2 -Wno-format-nonliteral -Wno-format-truncation -Wimplicit-fallthrough
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition>
    $<$<BOOL:${DEALER_WERROR}>:-Werror>
    $<$<BOOL:${DEALER_SANITIZED}>:-Wno-maybe-uninitialized>) # instrumented code misleads it

if(DEALER_COVERAGE)
    target_compile_options(dealer_compile INTERFACE --coverage -O0 -fprofile-update=atomic) # atomic: some tests have threads
    add_link_options(--coverage)
endif()
