# Knows how the floors declared in floors.txt are built: one object library a floor, so that each builds alone and the compiler
# itself refuses sqlite3.h outside store/, lua.h outside rules/, yyjson.h and sodium.h outside base/.

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/floors.txt)
file(STRINGS ${PROJECT_SOURCE_DIR}/cmake/floors.txt lines REGEX "^[a-z]")
set(DEALER_FLOORS "")
foreach(line IN LISTS lines)
    string(REGEX MATCH "^([a-z]+) *:([^:]*):" matched "${line}")
    set(floor ${CMAKE_MATCH_1})
    separate_arguments(DEALER_BELOW_${floor} UNIX_COMMAND "${CMAKE_MATCH_2}")
    list(APPEND DEALER_FLOORS ${floor})
endforeach()

set(DEALER_FOREIGN_OF_base dealer_use_yyjson dealer_use_sodium Threads::Threads)
set(DEALER_FOREIGN_OF_rules dealer_use_lua)
set(DEALER_FOREIGN_OF_store dealer_use_sqlite)
set(DEALER_GENERATED_OF_catalogue ${DEALER_GENERATED}/embedded.c)
set(DEALER_GENERATED_OF_rules ${DEALER_GENERATED}/embedded_rules.c)
set(DEALER_GENERATED_OF_store ${DEALER_GENERATED}/store_statements.c)

set(DEALER_FLOOR_OBJECTS "")
foreach(floor IN LISTS DEALER_FLOORS)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/libdealer/src/${floor}/*.c)
    list(APPEND sources ${DEALER_GENERATED_OF_${floor}})
    if(NOT sources)
        continue() # nothing is written there yet
    endif()
    add_library(dealer_${floor}_floor OBJECT ${sources})
    add_dependencies(dealer_${floor}_floor dealer_generated)
    target_include_directories(dealer_${floor}_floor PRIVATE
        ${PROJECT_SOURCE_DIR}/libdealer/include ${PROJECT_SOURCE_DIR}/libdealer/src ${DEALER_GENERATED})
    target_link_libraries(dealer_${floor}_floor PRIVATE dealer_compile ${DEALER_FOREIGN_OF_${floor}})
    list(APPEND DEALER_FLOOR_OBJECTS $<TARGET_OBJECTS:dealer_${floor}_floor>)
endforeach()

# The same figures on every machine: no multiplying and adding in one rounding where the processor happens to have it.
file(GLOB market_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/libdealer/src/rules/market_*.c)
set_source_files_properties(${market_sources} ${PROJECT_SOURCE_DIR}/libdealer/src/deal/market.c PROPERTIES COMPILE_OPTIONS -ffp-contract=off)

# Locks that belong to who opened the file, not to the whole process, are named only there (POSIX has them since 2024).
set_source_files_properties(${PROJECT_SOURCE_DIR}/libdealer/src/store/turn.c PROPERTIES COMPILE_DEFINITIONS _GNU_SOURCE)
