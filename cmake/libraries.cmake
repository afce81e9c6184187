# Knows the libraries made of the floors: the shared one with its symbol map, the static one whose inside is hidden too, and
# the one for unit tests where everything can be reached. Also the `dealer` command, a host like any other.

set(public ${PROJECT_SOURCE_DIR}/libdealer/include)
set(dealer_all_objects ${DEALER_FLOOR_OBJECTS} ${DEALER_FOREIGN_OBJECTS})
# A library without a single C file of its own could not be told its language.
file(WRITE ${DEALER_GENERATED}/empty.c.in "extern const int dealer_nothing;\n")
configure_file(${DEALER_GENERATED}/empty.c.in ${DEALER_GENERATED}/empty.c COPYONLY)

# --- shared: dealer ---
add_library(dealer SHARED ${dealer_all_objects} ${DEALER_GENERATED}/empty.c)
add_library(dealer::dealer ALIAS dealer)
target_include_directories(dealer PUBLIC $<BUILD_INTERFACE:${public}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(dealer PRIVATE ${DEALER_FOREIGN_LIBRARIES})
target_link_options(dealer PRIVATE -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/dealer.map -Wl,-Bsymbolic-functions
    $<$<NOT:$<BOOL:${DEALER_SANITIZED}>>:-Wl,--no-undefined>)
set_target_properties(dealer PROPERTIES
    VERSION ${DEALER_ABI}.${PROJECT_VERSION_MINOR}.${PROJECT_VERSION_PATCH} SOVERSION ${DEALER_ABI}
    LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/dealer.map)

# --- static: dealer_static, installed as libdealer.a ---
# All objects become one, in which only dealer_* stays global: a host may link its own SQLite or Lua beside it.
set(relocatable ${CMAKE_CURRENT_BINARY_DIR}/dealer_static.o)
add_custom_command(OUTPUT ${relocatable}
    COMMAND ${CMAKE_C_COMPILER} -r -nostdlib -o ${relocatable} ${dealer_all_objects}
    COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=dealer_* --localize-hidden ${relocatable}
    DEPENDS ${dealer_all_objects} COMMAND_EXPAND_LISTS COMMENT "Joining the objects of libdealer.a" VERBATIM)
add_library(dealer_static STATIC ${relocatable} ${DEALER_GENERATED}/empty.c)
add_library(dealer::dealer_static ALIAS dealer_static)
set_source_files_properties(${relocatable} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
target_include_directories(dealer_static PUBLIC $<BUILD_INTERFACE:${public}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_definitions(dealer_static INTERFACE DEALER_STATIC)
target_link_libraries(dealer_static PRIVATE ${DEALER_FOREIGN_LIBRARIES})
set_target_properties(dealer_static PROPERTIES OUTPUT_NAME dealer)

# --- for unit tests: dealer_internal_<floor>, that floor and all below it, and dealer_internal, the whole house ---
# A test of one floor neither waits for the floors above nor links SQLite or Lua, unless its floor does.
add_library(dealer_internal INTERFACE)
foreach(floor IN LISTS DEALER_FLOORS)
    add_library(dealer_internal_${floor} INTERFACE)
    if(TARGET dealer_${floor}_floor)
        add_library(dealer_${floor}_archive STATIC EXCLUDE_FROM_ALL $<TARGET_OBJECTS:dealer_${floor}_floor>)
        set_target_properties(dealer_${floor}_archive PROPERTIES LINKER_LANGUAGE C)
        target_link_libraries(dealer_internal_${floor} INTERFACE dealer_${floor}_archive)
    endif()
    foreach(below IN LISTS DEALER_BELOW_${floor})
        target_link_libraries(dealer_internal_${floor} INTERFACE dealer_internal_${below})
        if(TARGET dealer_${floor}_archive AND TARGET dealer_${below}_archive)
            target_link_libraries(dealer_${floor}_archive INTERFACE dealer_${below}_archive) # so that it is linked after
        endif()
    endforeach()
    target_include_directories(dealer_internal_${floor} INTERFACE
        ${public} ${PROJECT_SOURCE_DIR}/libdealer/src ${DEALER_GENERATED})
    target_compile_definitions(dealer_internal_${floor} INTERFACE DEALER_STATIC)
    target_link_libraries(dealer_internal INTERFACE dealer_internal_${floor})
endforeach()
foreach(pair base:yyjson base:sodium rules:lua store:sqlite)
    string(REGEX MATCH "(.*):(.*)" matched ${pair})
    set(floor ${CMAKE_MATCH_1})
    set(name ${CMAKE_MATCH_2})
    target_link_libraries(dealer_internal_${floor} INTERFACE dealer_use_${name} ${DEALER_LINK_${name}})
    if(TARGET dealer_${floor}_archive)
        target_link_libraries(dealer_${floor}_archive INTERFACE dealer_use_${name} ${DEALER_LINK_${name}})
    endif()
endforeach()

# --- the command ---
file(GLOB command CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/libdealer/cli/*.c)
if(command)
    add_executable(dealer_command ${command})
    # It reads the JSON that the library answers with, and takes for that the yyjson that is there anyway, a copy of its own.
    target_link_libraries(dealer_command PRIVATE dealer dealer_compile dealer_use_yyjson ${DEALER_LINK_yyjson})
    target_compile_definitions(dealer_command PRIVATE
        DEALER_RULES_DIR="${CMAKE_INSTALL_FULL_DATADIR}/dealer/rules")
    target_include_directories(dealer_command PRIVATE ${PROJECT_SOURCE_DIR}/libdealer/cli)
    set_target_properties(dealer_command PROPERTIES OUTPUT_NAME dealer RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin
        INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
endif()
