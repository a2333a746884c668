using System.Collections.Immutable;
using Mesh.Client.Fallback;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Hosting.FailStatic;

/// <summary>Says at any time how this process stands with its configuration, and tells when that changes.</summary>
internal sealed class ConditionMonitor
{
    private readonly XdsClient _client;
    private readonly DestinationLadder _ladder;
    private readonly FallbackSettings _settings;
    private readonly IWorkloadIdentity _identity;
    private readonly TimeProvider _time;
    private readonly ILogger<ConditionMonitor> _logger;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private MeshCondition _current;
    private MeshSnapshot _inForce = MeshSnapshot.Empty;
    private DateTimeOffset? _confirmedAt;
    private bool _isSettled;
    private MeshOutage? _outage;
    private MeshOutage? _lastOutage;

    public ConditionMonitor(
        XdsClient client, DestinationLadder ladder, FallbackSettings settings, IWorkloadIdentity identity, TimeProvider time, ILogger<ConditionMonitor> logger)
    {
        (_client, _ladder, _settings, _identity, _time, _logger) = (client, ladder, settings, identity, time, logger);
        _current = new MeshCondition(FallbackRung.None, time.GetUtcNow(), "the process has just started");
        client.StateChanged += Observe;
        ladder.Changed += Observe;
    }

    /// <summary>The rung, or what is known of it, has changed; handlers must be quick.</summary>
    public event Action<MeshCondition>? Changed;

    public MeshCondition Current
    {
        get { lock (_lock) { return _current; } }
    }

    /// <summary>An earlier process left configuration that was confirmed then.</summary>
    public void Restored(DateTimeOffset confirmedAt)
    {
        lock (_lock)
        {
            _confirmedAt = confirmedAt;
        }
    }

    private void Observe(XdsConnectionState state)
    {
        lock (_lock)
        {
            if (state.Status is XdsConnectionStatus.Connected || _current.IsConnected)
            {
                _confirmedAt = _time.GetUtcNow();
            }

            _isSettled |= state.Status is XdsConnectionStatus.Connected or XdsConnectionStatus.BackingOff;
            Update();
        }
    }

    private void Observe(MeshSnapshot inForce)
    {
        lock (_lock)
        {
            _inForce = inForce;
            Update();
        }
    }

    private void Update()
    {
        var state = _client.State;
        var (rung, reason) = Judge(state);
        var before = _current;
        var isConnected = state.Status is XdsConnectionStatus.Connected;
        Follow(rung, isConnected);
        _current = new MeshCondition(rung, before.Rung == rung ? before.Since : _time.GetUtcNow(), reason)
        {
            IsConnected = isConnected,
            LastOutage = _lastOutage,
            Rungs = RungsOf(isConnected),
            ConfirmedAt = _confirmedAt,
            IsSettled = _isSettled,
            Destinations = _inForce.Destinations.Count,
            AmbientErrors = _inForce.Destinations.Values.Count(destination => destination is { Source: DestinationSource.ControlPlane or DestinationSource.Snapshot, Status: not DestinationStatus.Unknown, Reason: not null }),
        };
        if (before.Rung != rung)
        {
            Tell(before.Rung, _current);
        }

        Changed?.Invoke(_current);
    }

    /// <summary>What people want to know afterwards: how long nobody answered, and how deep it went.</summary>
    private void Follow(FallbackRung rung, bool isConnected)
    {
        var now = _time.GetUtcNow();
        if (!isConnected && _isSettled)
        {
            var began = _outage?.Began ?? now;
            _outage = new MeshOutage(_outage is { } so && so.Rung > rung ? so.Rung : rung, began, now);
        }
        else if (isConnected && _outage is { } over)
        {
            (_lastOutage, _outage) = (over with { Ended = now }, null);
        }
    }

    private ImmutableSortedDictionary<FallbackRung, int> RungsOf(bool isConnected) => _inForce.Destinations.Values
        .CountBy(destination => destination.Source switch
        {
            DestinationSource.ControlPlane => isConnected ? FallbackRung.Live : FallbackRung.LastKnownGood,
            DestinationSource.Snapshot => FallbackRung.Snapshot,
            DestinationSource.Declared => FallbackRung.Declared,
            _ => FallbackRung.Direct,
        })
        .ToImmutableSortedDictionary();

    private (FallbackRung Rung, string Reason) Judge(XdsConnectionState state)
    {
        var sources = _inForce.Destinations.Values.Select(destination => destination.Source).ToHashSet();
        var outage = state.LastError ?? "no control plane has answered yet";
        return _ladder.IsDirect ? (FallbackRung.Direct, "the kill switch is on")
            : state.Status is XdsConnectionStatus.Connected ? (FallbackRung.Live, $"{state.Server} answers")
            : sources.Contains(DestinationSource.Snapshot) ? (FallbackRung.Snapshot, outage)
            : state.EverConnected ? (FallbackRung.LastKnownGood, outage)
            : sources.Contains(DestinationSource.ControlPlane) ? (FallbackRung.LastKnownGood, outage)
            : _confirmedAt is not null ? (FallbackRung.Snapshot, outage)
            : sources.Contains(DestinationSource.Declared) ? (FallbackRung.Declared, outage)
            : _isSettled && _settings.MayGoDirect && (_settings.AllowsPlaintext || !_identity.IsConfigured) ? (FallbackRung.Direct, outage)
            : (FallbackRung.None, outage);
    }

    private void Tell(FallbackRung before, MeshCondition now)
    {
        if (now.Rung < before)
        {
            FallbackLog.ModeImproved(_logger, now.Rung);
        }
        else
        {
            FallbackLog.ModeChanged(_logger, now.Rung, now.Reason);
        }
    }
}
