/* A copy of the store in use, through the door. */
#include "api/door.h"
#include "dealer/store.h"
#include "store/backup.h"

dealer_status dealer_store_backup(
    dealer_session *session, dealer_text **report_out, const char *path, dealer_progress progress, void *user_data) {
    struct door door;
    struct json *json = NULL;
    json_value *report = NULL;
    struct store_backup order = {.path = path, .progress = progress, .user_data = user_data};
    dealer_status status = door_enter_system(&door, session, DOOR_READ);
    if (status) return status;
    if (!report_out || !path) return door_leave(&door, misuse(door.deal.env, "dealer_store_backup", path ? "report_out" : "path"));
    status = json_new(door.deal.env, &json);
    if (!status) status = store_backup(door.deal.env, door.deal.connection, &order);
    if (!status) {
        report = json_new_object(json);
        json_set_integer(json, report, "pages", order.pages);
        json_set_integer(json, report, "bytes", order.cancelled ? 0 : order.pages * order.page_size);
        json_set_boolean(json, report, "cancelled", order.cancelled);
    }
    return door_answer(&door, status, json, report, report_out);
}
