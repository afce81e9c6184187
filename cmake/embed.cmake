# Knows which files travel inside the library: the catalogue, the rules a dealer starts with, and every line of SQL.
# The work is done by cmake/embed.c, built for the machine that builds; adding a file needs no edit here.

set(DEALER_GENERATED ${PROJECT_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${DEALER_GENERATED})

add_executable(dealer_embed ${PROJECT_SOURCE_DIR}/cmake/embed.c)
target_link_libraries(dealer_embed PRIVATE dealer_compile)
if(DEALER_SANITIZED)
    target_compile_options(dealer_embed PRIVATE -fno-sanitize=all) # it ends soon and leaves freeing to the end
    target_link_options(dealer_embed PRIVATE -fno-sanitize=all)
endif()

set(source ${PROJECT_SOURCE_DIR}/libdealer/src)

# The catalogue: catalogue_json in the catalogue floor.
add_custom_command(
    OUTPUT ${DEALER_GENERATED}/embedded.h ${DEALER_GENERATED}/embedded.c
    COMMAND dealer_embed text catalogue_json ${DEALER_GENERATED}/embedded.h ${DEALER_GENERATED}/embedded.c
        ${source}/catalogue/catalogue.json
    DEPENDS dealer_embed ${source}/catalogue/catalogue.json
    COMMENT "Embedding the catalogue" VERBATIM)

# The rules: embedded_rules in the rules floor. rules/types/ is for editors only.
file(GLOB_RECURSE rules CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/rules/*.lua ${PROJECT_SOURCE_DIR}/rules/*.csv
    ${PROJECT_SOURCE_DIR}/rules/*.json)
list(FILTER rules EXCLUDE REGEX "^${PROJECT_SOURCE_DIR}/rules/types/")
add_custom_command(
    OUTPUT ${DEALER_GENERATED}/embedded_rules.h ${DEALER_GENERATED}/embedded_rules.c
    COMMAND dealer_embed files rules ${DEALER_GENERATED}/embedded_rules.h ${DEALER_GENERATED}/embedded_rules.c
        ${PROJECT_SOURCE_DIR}/rules ${rules}
    DEPENDS dealer_embed ${rules}
    COMMENT "Embedding the rules" VERBATIM)

# The SQL: named statements, invariants, reports and migrations in the store floor.
file(GLOB statements CONFIGURE_DEPENDS ${source}/store/sql/*.sql)
file(GLOB invariants CONFIGURE_DEPENDS ${source}/store/sql/invariants.sql)
file(GLOB migrations CONFIGURE_DEPENDS ${source}/store/sql/migrations/*.sql)
file(GLOB reports CONFIGURE_DEPENDS ${source}/store/sql/reports.sql)
list(FILTER statements EXCLUDE REGEX "/(invariants|reports)\\.sql$")
add_custom_command(
    OUTPUT ${DEALER_GENERATED}/store_statements.h ${DEALER_GENERATED}/store_statements.c
    COMMAND dealer_embed sql ${DEALER_GENERATED}/store_statements.h ${DEALER_GENERATED}/store_statements.c
        ${statements} -- ${invariants} -- ${reports} -- ${migrations}
    DEPENDS dealer_embed ${statements} ${invariants} ${reports} ${migrations}
    COMMENT "Embedding the SQL" VERBATIM)

# Floors, tests and the door include the generated headers; they wait for this target.
add_custom_target(dealer_generated DEPENDS
    ${DEALER_GENERATED}/embedded.h ${DEALER_GENERATED}/embedded_rules.h ${DEALER_GENERATED}/store_statements.h)
