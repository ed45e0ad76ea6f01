# ferry_embed_sql(controller result HEADER controller/store/schema.h NAMESPACE ferry::store):
# turns migrations/controller/NNNN_*.sql, in order of name, into one source that defines SchemaSteps() as the header
# declares it, and stores the path of that source in `result`. A changed or new file builds again.
function(ferry_embed_sql folder result)
  cmake_parse_arguments(ARG "" "HEADER;NAMESPACE" "" ${ARGN})
  file(GLOB paths CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/migrations/${folder}/[0-9][0-9][0-9][0-9]_*.sql)
  list(SORT paths)
  set(rows "")
  foreach(path IN LISTS paths)
    get_filename_component(name ${path} NAME)
    file(READ ${path} sql)
    string(APPEND rows "      {\"${name}\", R\"ferry_sql(${sql})ferry_sql\"},\n")
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${paths})
  set(source ${CMAKE_CURRENT_BINARY_DIR}/schema_steps.cc)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT
"#include \"@ARG_HEADER@\"

namespace @ARG_NAMESPACE@ {

const std::vector<ferry::sqlite::SchemaStep>& SchemaSteps() {
  static const std::vector<ferry::sqlite::SchemaStep>* const steps = new std::vector<ferry::sqlite::SchemaStep>{
@rows@  };
  return *steps;
}

}  // namespace @ARG_NAMESPACE@
")
  set(${result} ${source} PARENT_SCOPE)
endfunction()
