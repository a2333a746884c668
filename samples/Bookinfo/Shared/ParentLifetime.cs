using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bookinfo;

/// <summary>Binds the life of this process to the one that started it.</summary>
/// <remarks>
/// The parent holds the other end of standard input and never writes. The pipe ends when the parent closes it (a graceful stop on
/// every operating system) and also when the parent is killed, so that nothing is left running after a crash.
/// </remarks>
internal sealed partial class ParentLifetime(IHostApplicationLifetime application, ILogger<ParentLifetime> logger) : IHostLifetime, IDisposable
{
    private PosixSignalRegistration? _terminate;
    private PosixSignalRegistration? _interrupt;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            application.StopApplication();
        });

        // Ctrl-C in a terminal reaches the whole process group; the order of stopping is the parent's business.
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);

        // A thread of its own: a read of a pipe blocks, and it must see the end even when the thread pool is busy.
        new Thread(WaitForEndOfInput) { IsBackground = true, Name = "parent watch" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _terminate?.Dispose();
        _interrupt?.Dispose();
    }

    private void WaitForEndOfInput()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
        {
        }

        ParentGone(logger);
        application.StopApplication();
    }

    [LoggerMessage(EventId = 1, EventName = "ParentGone", Level = LogLevel.Information, Message = "Standard input ended: stopping with the process that started this one.")]
    private static partial void ParentGone(ILogger logger);
}
