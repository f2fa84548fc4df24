# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by the commands in this folder: how do they say what they are doing, and how long it took?
# Every line goes to standard error, so that a command's own output stays clean.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export ROOT
STEP_NAME=""
STEP_BEGAN=0
ALL_BEGAN=$SECONDS

# step NAME: the one before ended well; NAME begins.
step() {
  step_done
  STEP_NAME="$1"
  STEP_BEGAN=$SECONDS
  printf '==> %s\n' "$STEP_NAME" >&2
}

# step_done: the running step ended well.
step_done() {
  if [[ -n $STEP_NAME ]]; then
    printf '    done in %d s: %s\n' "$((SECONDS - STEP_BEGAN))" "$STEP_NAME" >&2
  fi
  STEP_NAME=""
}

note() { printf '    %s\n' "$*" >&2; }

# fail MESSAGE...: says what went wrong and in which step, and ends the command with 1.
fail() {
  printf 'tools/%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

all_done() {
  step_done
  printf '==> tools/%s ended well after %d s\n' "$(basename "$0")" "$((SECONDS - ALL_BEGAN))" >&2
}

report_failure() {
  local code=$?
  if [[ $code -ne 0 && -n $STEP_NAME ]]; then
    printf 'tools/%s: failed after %d s (exit %d) in the step: %s\n' "$(basename "$0")" \
      "$((SECONDS - STEP_BEGAN))" "$code" "$STEP_NAME" >&2
  fi
}
trap report_failure EXIT

# How many compilers run at once: one a core, and no more than fit in memory at 1 GiB each.
jobs_at_once() {
  local cores memory_gib
  cores=$(nproc)
  memory_gib=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo)
  if ((memory_gib < 1)); then memory_gib=1; fi
  if ((memory_gib < cores)); then echo "$memory_gib"; else echo "$cores"; fi
}
