# Knows what is installed and where, and how an installed libdealer is found: by pkg-config and by find_package(dealer).
# tests/install proves both with a program of a few lines.

include(CMakePackageConfigHelpers)
set(dealer_package ${CMAKE_INSTALL_LIBDIR}/cmake/dealer)

install(TARGETS dealer dealer_static EXPORT dealer
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(TARGET dealer_command)
    install(TARGETS dealer_command RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY libdealer/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
if(EXISTS ${PROJECT_SOURCE_DIR}/rules)
    install(DIRECTORY rules/ DESTINATION ${CMAKE_INSTALL_DATADIR}/dealer/rules)
endif()

install(EXPORT dealer NAMESPACE dealer:: FILE dealer-targets.cmake DESTINATION ${dealer_package})
configure_package_config_file(cmake/dealer-config.cmake.in ${PROJECT_BINARY_DIR}/dealer-config.cmake
    INSTALL_DESTINATION ${dealer_package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/dealer-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/dealer-config.cmake ${PROJECT_BINARY_DIR}/dealer-config-version.cmake
    DESTINATION ${dealer_package})

configure_file(pkgconfig/libdealer.pc.in ${PROJECT_BINARY_DIR}/libdealer.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/libdealer.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
