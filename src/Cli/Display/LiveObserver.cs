using System.Collections.Concurrent;
using QDiff.Models.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace QDiff.Cli.Display;

/// <summary>Shows a run as one moving bar per stage; notes and warnings scroll by above the bars.</summary>
/// <param name="terminal">A live terminal.</param>
internal sealed class LiveObserver(Terminal terminal) : TerminalObserver
{
    private readonly Lock _lock = new();
    private readonly IAnsiConsole _console = terminal.OutConsole();
    private readonly Dictionary<string, ProgressTask> _bars = [];
    private readonly ConcurrentDictionary<int, string> _figures = [];
    private ProgressContext? _display;

    /// <inheritdoc/>
    public override void Progress(TrainingProgress progress)
    {
        lock (_lock)
        {
            if (_display is null)
            {
                return;
            }

            if (!_bars.TryGetValue(progress.Stage, out ProgressTask? bar))
            {
                bar = _bars[progress.Stage] = _display.AddTask(Markup.Escape(progress.Stage), maxValue: Math.Max(1, progress.TotalSteps));
            }

            _figures[bar.Id] = Figures(progress);
            bar.Value = progress.Step;
        }
    }

    /// <inheritdoc/>
    public override void Note(string message) => _console.Write(new Text(message + Environment.NewLine));

    /// <inheritdoc/>
    public override void Warn(string message)
    {
        string line = $"qdiff: warning: {message}";
        if (terminal.IsErrorSeparate)
        {
            terminal.Error.WriteLine(line);
            terminal.Error.Flush();
        }
        else
        {
            _console.Write(new Text(line + Environment.NewLine, new Style(Color.Yellow)));
        }
    }

    /// <inheritdoc/>
    protected override T Show<T>(Func<T> work) => _console
        .Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 28 }, new PercentageColumn(), new FiguresColumn(_figures))
        .Start(context =>
        {
            _display = context;
            try
            {
                return work();
            }
            finally
            {
                lock (_lock)
                {
                    _display = null;
                }
            }
        });

    /// <summary>The last column: what the stage last reported.</summary>
    /// <param name="figures">The text of every bar.</param>
    private sealed class FiguresColumn(ConcurrentDictionary<int, string> figures) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(figures.GetValueOrDefault(task.Id, ""));
    }
}
