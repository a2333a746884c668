using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

namespace Mesh.ControlPlane.Registry.Feeds;

/// <summary>Keeps the last answer of one registry while its reader comes and goes, and says how fresh it is.</summary>
internal sealed class RegistryFeed : IAsyncDisposable
{
    private readonly IRegistryReader _reader;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RegistryPace _pace;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loop = Task.CompletedTask;

    // Volatile: written by the reader alone.
    private volatile RegistryAnswer _current = RegistryAnswer.Empty;
    private volatile RegistryState _state;

    public RegistryFeed(RegistryLabel label, IRegistryReader reader, TimeProvider time, Random random, ILogger logger)
    {
        (Label, _reader, _time, _logger) = (label, reader, time, logger);
        _pace = new RegistryPace(time, random);
        _state = new RegistryState(Freshness.Loading, time.GetUtcNow(), null);
    }

    /// <summary>Raised after <see cref="Current"/> was replaced; handlers must return at once.</summary>
    public event Action? Changed;

    public RegistryLabel Label { get; }

    /// <summary>The last answer, be it stale.</summary>
    public RegistryAnswer Current => _current;

    public RegistryState State => _state;

    /// <summary>Completes with the first answer.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Completes with the first answer or the first failure.</summary>
    public Task Tried => _tried.Task;

    public ILogger Logger => _logger;

    public void Start() => _loop = Task.Run(() => RunAsync(_stopping.Token));

    /// <summary>The registry answered.</summary>
    public void Publish(RegistryAnswer answer)
    {
        var before = _state;
        _current = answer;
        if (before.Freshness != Freshness.Fresh)
        {
            var now = _time.GetUtcNow();
            _state = new RegistryState(Freshness.Fresh, now, before.Error);
            if (before.Freshness == Freshness.Stale)
            {
                RegistryLog.Fresh(_logger, Label.Name, now - before.Since);
            }
            else
            {
                var endpoints = answer.Services.Sum(service => service.Endpoints.Length);
                RegistryLog.Loaded(_logger, Label.Name, answer.Services.Length, endpoints);
            }
        }

        _pace.Reset();
        Changed?.Invoke();
        _loaded.TrySetResult();
        _tried.TrySetResult();
    }

    /// <summary>The registry answered that nothing is new.</summary>
    public void Confirm()
    {
        if (_state.Freshness == Freshness.Stale)
        {
            Publish(_current);
        }
    }

    /// <summary>The registry cannot be asked.</summary>
    public void Fail(string reason)
    {
        var before = _state;
        if (before.Freshness == Freshness.Fresh)
        {
            _state = new RegistryState(Freshness.Stale, _time.GetUtcNow(), reason);
            RegistryLog.Stale(_logger, Label.Name, reason);
        }
        else
        {
            _state = before with { Error = reason };
            if (before is { Freshness: Freshness.Loading, Error: null })
            {
                RegistryLog.Unreachable(_logger, Label.Name, reason);
            }
        }

        _tried.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _loaded.TrySetCanceled();
        _tried.TrySetCanceled();
        await ((_reader as IAsyncDisposable)?.DisposeAsync() ?? ValueTask.CompletedTask);
        (_reader as IDisposable)?.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var least = TimeSpan.Zero;
            try
            {
                await _reader.FollowAsync(this, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                least = (exception as RegistryFailure)?.RetryAfter ?? TimeSpan.Zero;
                Report(exception);
            }

            await _pace.WaitAsync(least, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Report(Exception exception)
    {
        if (exception is not (IOException or HttpRequestException or OperationCanceledException or SocketException or AuthenticationException or JsonException or FormatException or UnauthorizedAccessException))
        {
            RegistryLog.ReaderFailed(_logger, Label.Name, exception);
        }

        Fail(exception is OperationCanceledException ? "It did not answer in time." : exception.GetBaseException() is { } cause && cause.Message != exception.Message ? $"{exception.Message} {cause.Message}" : exception.Message);
    }
}
