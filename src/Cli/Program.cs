using QDiff.Cli;
using QDiff.Cli.Display;

Terminal terminal = Terminal.OfProcess();
using var interruption = new Interruption(terminal);
return QDiffCommand.Run(args, terminal, interruption.Token);
