using System.CommandLine;

namespace Mesh.Cli.Commands.Traffic;

/// <summary>Shows something once, or again and again until somebody has seen enough.</summary>
internal sealed class WatchLoop
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Option<bool> _watch = new("--watch", "-w") { Description = "Show it again every two seconds, until interrupted." };

    public Option Option => _watch;

    /// <param name="call">Says whether to go on.</param>
    /// <param name="always">Whether to go on without having been asked to.</param>
    /// <param name="show">Shows it once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<int> RunAsync(Call call, bool always, Func<Task> show, CancellationToken cancellationToken)
    {
        var again = always || call.Arguments.GetValue(_watch);
        try
        {
            do
            {
                if (again && call.Terminal.IsColored && call.Printer.IsForPeople)
                {
                    // Home and clear: what was shown before is no history that anybody wants.
                    await call.Terminal.Out.WriteAsync("\e[H\e[2J");
                }

                await show();
                if (again)
                {
                    await Task.Delay(Pause, call.Terminal.Time, cancellationToken);
                }
            }
            while (again);
        }
        catch (OperationCanceledException) when (again && cancellationToken.IsCancellationRequested)
        {
            // Interrupting is how one ends it.
        }

        return ExitCode.Fine;
    }
}
