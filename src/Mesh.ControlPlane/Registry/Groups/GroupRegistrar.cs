using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Mesh.Config;
using Mesh.Config.Decoding;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Stores;
using Mesh.Config.Yaml;

namespace Mesh.ControlPlane.Registry.Groups;

/// <summary>Keeps a WorkloadEntry for every connected process that names a WorkloadGroup, and removes it a grace time after the process went (istiod's auto-registration).</summary>
internal sealed class GroupRegistrar : IAsyncDisposable
{
    private readonly IResourceStore _store;
    private readonly WorkloadRegistry _workloads;
    private readonly GroupSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResourceDecoder _decoder = new("default");
    private readonly DateTimeOffset _startedAt;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ITimer _timer;
    private readonly Task _loop;

    // Owned by the loop: what the operator was told already.
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    public GroupRegistrar(IResourceStore store, WorkloadRegistry workloads, GroupSettings settings, TimeProvider time, ILogger logger)
    {
        (_store, _workloads, _settings, _time, _logger) = (store, workloads, settings, time, logger);
        _startedAt = time.GetUtcNow();
        workloads.Changed += Signal;
        store.Changed += Signal;
        _loop = Task.Run(RunAsync);
        _timer = time.CreateTimer(static registrar => ((GroupRegistrar)registrar!).Signal(), this, settings.Grace / 2, settings.Grace / 2);
    }

    public async ValueTask DisposeAsync()
    {
        _workloads.Changed -= Signal;
        _store.Changed -= Signal;
        await _timer.DisposeAsync();
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private void Signal() => _signals.Writer.TryWrite(true);

    private async Task RunAsync()
    {
        try
        {
            while (await _signals.Reader.WaitToReadAsync(_stopping.Token))
            {
                _signals.Reader.TryRead(out _);
                await ReconcileAsync(_stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        var config = _store.Current;
        var local = _workloads.Local;
        foreach (var workload in local.Values.Where(workload => workload.Instance.Group.Length > 0))
        {
            if (Wanted(config, workload.Instance) is { } wanted)
            {
                await WriteAsync(config.Resources.GetValueOrDefault(wanted.Id), wanted, cancellationToken);
            }
        }

        var connected = _workloads.Instances.Values.Select(GroupEntries.IdOf).OfType<ResourceId>().ToHashSet();
        var now = _time.GetUtcNow();
        foreach (var entry in config.Resources.Values.Where(resource => resource.Spec is WorkloadEntry && GroupEntries.IsMade(resource) && !connected.Contains(resource.Id)))
        {
            await LeaveAsync(entry, now, cancellationToken);
        }
    }

    private async Task LeaveAsync(Resource entry, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (GroupEntries.LeftAt(entry) is { } left)
        {
            if (now - left >= _settings.Grace)
            {
                Report(entry.Id, await _store.WriteAsync(new ResourceWrite(entry.Id, null, entry.ResourceVersion), cancellationToken));
            }
        }
        else if (now - _startedAt >= _settings.RestartGrace && Decode(GroupEntries.Leave(entry, now)) is { } leaving)
        {
            // After a restart processes get the time to come back that their clients give them too.
            await WriteAsync(entry, leaving, cancellationToken);
        }
    }

    private Resource? Wanted(ConfigSnapshot config, WorkloadInstance instance)
    {
        var groupId = new ResourceId(ResourceKinds.NetworkingGroup, ResourceKinds.WorkloadGroup.Kind, instance.Namespace, instance.Group);
        if (config.Resources.GetValueOrDefault(groupId)?.Spec is not WorkloadGroup group)
        {
            TellOnce(instance.NodeId, instance.Group, "there is no such WorkloadGroup in its namespace");
            return null;
        }

        // What an identity proves is not changed by a template (istiod refuses such a stream).
        if (instance.IsAuthenticated && group.Template is { ServiceAccount.Length: > 0 } template && template.ServiceAccount != instance.ServiceAccount)
        {
            TellOnce(instance.NodeId, instance.Group, $"the group is for service account '{template.ServiceAccount}', and it is '{instance.ServiceAccount}'");
            return null;
        }

        var current = config.Resources.GetValueOrDefault(GroupEntries.IdOf(instance)!.Value);
        if (current is not null && !GroupEntries.IsMade(current))
        {
            TellOnce(instance.NodeId, instance.Group, $"somebody has written a {current.Id} by hand");
            return null;
        }

        return Decode(GroupEntries.Make(group, instance, current, _settings.Controller, _time.GetUtcNow()));
    }

    private async Task WriteAsync(Resource? current, Resource next, CancellationToken cancellationToken)
    {
        if (current is null || !JsonElement.DeepEquals(current.Document, next.Document))
        {
            Report(next.Id, await _store.WriteAsync(new ResourceWrite(next.Id, next, current?.ResourceVersion ?? 0), cancellationToken));
        }
    }

    private void Report(ResourceId id, WriteResult result)
    {
        // At a conflict the other write announces itself, and all is compared again.
        if (result.Status is WriteStatus.Refused or WriteStatus.Unknown && IsFirst($"{id} {result.Message}"))
        {
            GroupLog.NotWritten(_logger, id, result.Message);
        }
    }

    private void TellOnce(string nodeId, string group, string reason)
    {
        if (IsFirst($"{group} {reason}"))
        {
            GroupLog.NotRegistered(_logger, nodeId, group, reason);
        }
    }

    private bool IsFirst(string message)
    {
        if (_told.Count >= _settings.MaxMessages)
        {
            _told.Clear();
        }

        return _told.Add(message);
    }

    private Resource? Decode(JsonObject document)
    {
        var element = JsonSerializer.SerializeToElement(document);
        return _decoder.Decode(JsonTree.Read(element, YamlLimits.Default), new FindingCollector("auto-registration")) is { } resource
            ? resource with { Document = element, Origin = null }
            : null;
    }
}
