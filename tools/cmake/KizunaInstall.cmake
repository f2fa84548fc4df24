# SPDX-License-Identifier: Apache-2.0
# What does `cmake --install build --prefix DIR` put where? The two programs, their manual pages and
# the completions for bash, zsh and fish, where Debian looks for each. tools/build makes them all.
include(GNUInstallDirs)

install(TARGETS kizuna kizuna-server RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(DIRECTORY "${CMAKE_BINARY_DIR}/share/man/man1" DESTINATION "${CMAKE_INSTALL_MANDIR}")
foreach(folder IN ITEMS bash-completion/completions zsh/site-functions fish/vendor_completions.d)
  install(DIRECTORY "${CMAKE_BINARY_DIR}/share/${folder}/"
          DESTINATION "${CMAKE_INSTALL_DATADIR}/${folder}")
endforeach()
