# A small year, compared with the page that the other languages also print.
add_test(NAME examples/c/year COMMAND ${CMAKE_COMMAND} -E env sh -c
    "python3 make_year.py --documents 2000 --seed 12 | $<TARGET_FILE:example_year> page.json zh | diff - small.zh.txt"
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/examples/year)
