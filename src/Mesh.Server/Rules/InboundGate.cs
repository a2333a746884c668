using Mesh.Client.Hosting;
using Mesh.Client.Identity;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Rules;

/// <summary>Knows whether the policy of a port is known, and says what happens while it is not.</summary>
/// <remarks>
/// A process with an identity takes nothing on a port whose policy is unknown: a new endpoint may be called before the rules that protect it
/// have arrived. One without (plaintext development) waits a moment after its start, and then serves as if there were none.
/// </remarks>
internal sealed class InboundGate
{
    /// <summary>How long a connection or a request is held for the policy.</summary>
    public static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(2);

    private readonly InboundPolicy _policy;
    private readonly IWorkloadIdentity? _identity;
    private readonly TimeProvider _time;
    private readonly ILogger<InboundGate> _logger;

    // Replaced with every change of the policy.
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Timestamp of the start of the server, boxed; null before it.
    private object? _started;
    private int _warned;

    public InboundGate(InboundPolicy policy, IWorkloadIdentity? identity, TimeProvider time, ILogger<InboundGate> logger)
    {
        (_policy, _identity, _time, _logger) = (policy, identity, time, logger);
        policy.Changed += OnChanged;
    }

    /// <summary>The policy of some port has changed.</summary>
    public event Action? Changed;

    private bool IsGuarded => _identity is { IsConfigured: true };

    /// <summary>The server listens: from here on the first policy has <see cref="WaitLimit"/> to arrive.</summary>
    public void Start() => Interlocked.CompareExchange(ref _started, _time.GetTimestamp(), null);

    /// <param name="port">Where it came in.</param>
    /// <param name="isLoopback">Whether it came in at a loopback address: what is bound there alone is not announced to the mesh.</param>
    public PortWord Look(int port, bool isLoopback)
    {
        var current = _policy.Current;
        if (current.Ports.TryGetValue(port, out var rules))
        {
            return new PortWord(PortStanding.Known, rules);
        }

        var isForeign = current.Watched is { } watched && !watched.Contains(port);
        return new PortWord(isForeign && (isLoopback || !IsGuarded) ? PortStanding.Ungoverned : PortStanding.Unknown, null);
    }

    /// <summary>The word on a port, waited for; <see cref="PortStanding.Unknown"/> means that nothing may pass.</summary>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public ValueTask<PortWord> WaitAsync(int port, bool isLoopback, CancellationToken cancellationToken)
    {
        var word = Look(port, isLoopback);
        return word.Standing is PortStanding.Unknown ? HoldAsync(port, isLoopback, cancellationToken) : new(word);
    }

    private async ValueTask<PortWord> HoldAsync(int port, bool isLoopback, CancellationToken cancellationToken)
    {
        var begin = IsGuarded ? _time.GetTimestamp() : BeginOfWait();
        while (true)
        {
            // Taken before the look, so that a change in between is not missed.
            var changed = _changed.Task;
            var word = Look(port, isLoopback);
            if (word.Standing is not PortStanding.Unknown)
            {
                return word;
            }

            var left = WaitLimit - _time.GetElapsedTime(begin);
            if (left <= TimeSpan.Zero || !await ChangesAsync(changed, left, cancellationToken))
            {
                return GiveUp(port);
            }
        }
    }

    private async Task<bool> ChangesAsync(Task changed, TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(within, _time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private PortWord GiveUp(int port)
    {
        if (IsGuarded)
        {
            RulesLog.PolicyUnknown(_logger, port);
            return new PortWord(PortStanding.Unknown, null);
        }

        if (Interlocked.Exchange(ref _warned, 1) == 0)
        {
            RulesLog.ServedWithoutPolicy(_logger, port, WaitLimit.TotalSeconds);
        }

        return new PortWord(PortStanding.Ungoverned, null);
    }

    private long BeginOfWait() => Volatile.Read(ref _started) is long started ? started : _time.GetTimestamp();

    private void OnChanged()
    {
        var waiters = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        waiters.SetResult();
        Changed?.Invoke();
    }
}
