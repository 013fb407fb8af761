// The prompts of the footer: what opens them, what is typed there, and what comes
// of it. For ui_input.c.
#ifndef TCPWHY_UI_PROMPT_H
#define TCPWHY_UI_PROMPT_H

#include "ui.h"

void ui_ask_filter(struct ui *ui);
void ui_ask_search(struct ui *ui);
void ui_ask_file(struct ui *ui); // to export to

// The same search again, forward (1) or back (-1).
void ui_search(struct ui *ui, int direction);

// A key for the prompt that is open.
void ui_prompt_input(struct ui *ui, uint32_t key);

#endif
