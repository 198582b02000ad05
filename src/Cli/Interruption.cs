using System.Runtime.InteropServices;
using QDiff.Cli.Display;

namespace QDiff.Cli;

/// <summary>
/// Turns Ctrl-C and a request to terminate into cancellation, so that the work can write a checkpoint and stop. The second one
/// ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly Terminal _terminal;
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption(Terminal terminal)
    {
        _terminal = terminal;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_source.IsCancellationRequested)
        {
            _terminal.ShowCursor();
            Environment.Exit(ExitCode.Interrupted);
        }

        _source.Cancel();
    }
}
