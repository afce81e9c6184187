# Knows what is installed and where, and how an installed libdealer is found: by pkg-config and by find_package(dealer).
# tests/install proves both with a program of a few lines.

include(CMakePackageConfigHelpers)
set(dealer_package ${CMAKE_INSTALL_LIBDIR}/cmake/dealer)

install(TARGETS dealer EXPORT dealer LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS dealer_static EXPORT dealer-static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET dealer_command)
    install(TARGETS dealer_command RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    install(FILES docs/dealer.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
install(DIRECTORY libdealer/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
if(EXISTS ${PROJECT_SOURCE_DIR}/rules)
    install(DIRECTORY rules/ DESTINATION ${CMAKE_INSTALL_DATADIR}/dealer/rules)
    install(FILES .luacheckrc DESTINATION ${CMAKE_INSTALL_DATADIR}/dealer/rules)
endif()
# The pages, and beside them the worked rules that they lead through: whoever writes rules has no source tree.
if(EXISTS ${PROJECT_SOURCE_DIR}/docs/rules.md)
    install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/dealer/docs FILES_MATCHING PATTERN "*.md")
    install(DIRECTORY examples/rules DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/dealer/examples)
endif()

install(EXPORT dealer NAMESPACE dealer:: FILE dealer-targets.cmake DESTINATION ${dealer_package})
install(EXPORT dealer-static NAMESPACE dealer:: FILE dealer-static-targets.cmake DESTINATION ${dealer_package})
set(DEALER_CONFIG_MODULES "")
foreach(module IN LISTS DEALER_MODULES)
    string(REPLACE "=" ";" module ${module})
    list(GET module 0 prefix)
    list(GET module 1 name)
    string(APPEND DEALER_CONFIG_MODULES "    pkg_check_modules(${prefix} REQUIRED QUIET IMPORTED_TARGET ${name})\n")
endforeach()
configure_package_config_file(cmake/dealer-config.cmake.in ${PROJECT_BINARY_DIR}/dealer-config.cmake
    INSTALL_DESTINATION ${dealer_package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/dealer-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/dealer-config.cmake ${PROJECT_BINARY_DIR}/dealer-config-version.cmake
    DESTINATION ${dealer_package})

file(RELATIVE_PATH DEALER_PC_UP /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" DEALER_PC_UP "${DEALER_PC_UP}")
configure_file(pkgconfig/libdealer.pc.in ${PROJECT_BINARY_DIR}/libdealer.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/libdealer.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
