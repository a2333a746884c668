using Mesh.Client.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds.Guards;

/// <summary>
/// Holds the endpoints of a cluster for a time when all, or most, are taken away at once: an empty store or half a registry is likelier than that. Endpoints that take no connections any more
/// prove the change, and it is followed at once.
/// </summary>
/// <remarks>Everything runs on the client's queue, but for the probes.</remarks>
internal sealed class ShrinkGuard : IShrinkGuard
{
    private readonly ShrinkRules _rules;
    private readonly Func<EndpointAddress, CancellationToken, Task<bool>> _answers;
    private readonly StepQueue _queue;
    private readonly Action _changed;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, EndpointSet> _inForce = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HeldShrink> _held = new(StringComparer.Ordinal);

    /// <param name="rules">When.</param>
    /// <param name="answers">Whether somebody takes connections at an address.</param>
    /// <param name="queue">The client's.</param>
    /// <param name="changed">What is in force has changed.</param>
    /// <param name="logger">Tells.</param>
    public ShrinkGuard(ShrinkRules rules, Func<EndpointAddress, CancellationToken, Task<bool>> answers, StepQueue queue, Action changed, ILogger logger)
    {
        (_rules, _answers, _queue, _changed, _logger) = (rules, answers, queue, changed, logger);
        _timer = queue.CreateTimer(Look);
    }

    /// <summary>Whether the control plane answers now: one that took endpoints away and is gone since may have been about to fall.</summary>
    public Func<bool> IsServerThere { get; init; } = static () => true;

    /// <summary>Clusters whose endpoints are held now.</summary>
    public int Held => _held.Count;

    public EndpointSet Admit(string cluster, EndpointSet told, bool mayShrink)
    {
        if (_held.TryGetValue(cluster, out var held))
        {
            if (ReferenceEquals(held.Told, told))
            {
                return held.Before;
            }

            // A new word: judged against what is in force, in the same time.
            _held.Remove(cluster);
        }

        var before = _inForce.GetValueOrDefault(cluster);
        if (before is null || mayShrink || ReferenceEquals(before, told) || !ShrinkRules.IsImplausible(before.Addresses().Count(), told.Addresses().Count()) || _rules.Allows(cluster) || before.Without(told).IsEmpty)
        {
            return _inForce[cluster] = told;
        }

        var shrink = new HeldShrink(before, told, held?.Until ?? (_queue.Now + _rules.HoldTime));
        _held[cluster] = shrink;
        if (held is null)
        {
            XdsClientLog.ShrinkHeld(_logger, cluster, shrink.Missing.Length, before.Addresses().Count(), _rules.HoldTime);
        }

        Probe(cluster, shrink);
        _timer.Change(_rules.ProbeInterval, Timeout.InfiniteTimeSpan);
        return before;
    }

    public void Keep(HashSet<string> clusters)
    {
        foreach (var gone in _inForce.Keys.Where(cluster => !clusters.Contains(cluster)).ToArray())
        {
            _inForce.Remove(gone);
            _held.Remove(gone);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Look()
    {
        foreach (var (cluster, shrink) in _held.ToArray())
        {
            if (!IsServerThere())
            {
                // It gets the whole time to say more when it is back.
                shrink.Until = _queue.Now + _rules.HoldTime;
            }

            if (_queue.Now >= shrink.Until)
            {
                Follow(cluster, shrink, "its time is over");
            }
            else
            {
                Probe(cluster, shrink);
            }
        }

        if (_held.Count > 0)
        {
            _timer.Change(_rules.ProbeInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private void Probe(string cluster, HeldShrink shrink) => _ = ProbeAsync(cluster, shrink, _stop.Token);

    private async Task ProbeAsync(string cluster, HeldShrink shrink, CancellationToken cancellationToken)
    {
        try
        {
            var answers = await Task.WhenAll(shrink.Missing.Select(endpoint => AnswersAsync(endpoint, cancellationToken))).ConfigureAwait(false);
            if (answers.Count(static isThere => isThere) * 2 < answers.Length)
            {
                _queue.Post(() => Follow(cluster, shrink, "most of them take no connections any more"));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The client ends.
        }
    }

    /// <summary>At whichever of its addresses.</summary>
    private async Task<bool> AnswersAsync(Endpoint endpoint, CancellationToken cancellationToken) => endpoint.AdditionalAddresses.Count == 0
        ? await _answers(endpoint.Address, cancellationToken).ConfigureAwait(false)
        : (await Task.WhenAll(endpoint.AdditionalAddresses.Prepend(endpoint.Address).Select(address => _answers(address, cancellationToken))).ConfigureAwait(false)).Contains(true);

    private void Follow(string cluster, HeldShrink shrink, string reason)
    {
        if (_held.TryGetValue(cluster, out var held) && ReferenceEquals(held, shrink))
        {
            _held.Remove(cluster);
            _inForce[cluster] = shrink.Told;
            XdsClientLog.ShrinkFollowed(_logger, cluster, reason);
            _changed();
        }
    }
}
