using System.Collections.Concurrent;
using System.Text.Json;
using Mesh.Config.Analysis.Lookup;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Registry.Sources;

namespace Mesh.ControlPlane.Registries.Consul;

/// <summary>Follows the catalog of a Consul datacenter: one blocking query for the list of services, and one for the healthy instances of each.</summary>
internal sealed class ConsulReader(ConsulSettings settings, TimeProvider time) : IRegistryReader, IDisposable
{
    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(1);

    /// <summary>Changes that come together are published together, and a server that does not wait is not asked in a circle.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(50);

    private readonly ConsulApi _api = new(settings, time);
    private readonly Lock _publishing = new();

    // By name; the instances as Consul told them last. Kept while the registry is away.
    private readonly ConcurrentDictionary<string, ServiceDraft> _services = new(StringComparer.Ordinal);

    public async Task FollowAsync(RegistryFeed feed, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var places = new SemaphoreSlim(settings.MaxConnections);
        var round = new ConsulRound(feed, places, ending);
        try
        {
            await FollowServicesAsync(round, ending.Token);
        }
        catch (OperationCanceledException) when (round.Failure is not null && !cancellationToken.IsCancellationRequested)
        {
            throw round.Failure;
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(round.Watches.Values.Select(watch => watch.StopAsync()));
        }
    }

    public void Dispose() => _api.Dispose();

    private async Task FollowServicesAsync(ConsulRound round, CancellationToken cancellationToken)
    {
        var index = new BlockingIndex();
        while (true)
        {
            var (body, header) = await _api.ServicesAsync(index.Value, settings.Wait, cancellationToken);
            if (index.Take(header))
            {
                await ReconcileAsync(round, Names(round.Feed, body), cancellationToken);
            }

            round.Feed.Confirm();
            await Task.Delay(LeastPause, time, cancellationToken);
        }
    }

    private HashSet<string> Names(RegistryFeed feed, JsonElement body)
    {
        var names = body.EnumerateObject()
            .Where(service => service.Name != "consul" && (settings.Tag.Length == 0 || service.Value.EnumerateArray().Any(tag => tag.Text() == settings.Tag)))
            .Select(service => service.Name)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (names.Count > settings.MaxServices)
        {
            RegistryLog.Skipped(feed.Logger, feed.Label.Name, $"{names.Count - settings.MaxServices} services", $"at most {settings.MaxServices} are read; choose some by Tag");
        }

        return names.Take(settings.MaxServices).ToHashSet(StringComparer.Ordinal);
    }

    private async Task ReconcileAsync(ConsulRound round, HashSet<string> names, CancellationToken cancellationToken)
    {
        foreach (var (name, watch) in round.Watches.Where(watch => !names.Contains(watch.Key)).ToArray())
        {
            round.Watches.Remove(name);
            await watch.StopAsync();
        }

        foreach (var gone in _services.Keys.Where(name => !names.Contains(name)))
        {
            _services.TryRemove(gone, out _);
        }

        // More services than connections take turns, each for a short time.
        round.Wait = names.Count > settings.MaxConnections ? ShortWait : settings.Wait;
        var first = new List<Task>();
        foreach (var name in names.Where(name => !round.Watches.ContainsKey(name)))
        {
            var watch = new ConsulWatch(cancellationToken);
            watch.Start(stopping => FollowInstancesAsync(round, name, watch, stopping));
            round.Watches.Add(name, watch);
            first.Add(watch.Answered);
        }

        // Nobody is told of half a registry.
        await Task.WhenAll(first).WaitAsync(cancellationToken);
        round.IsComplete = true;
        Publish(round);
    }

    private async Task FollowInstancesAsync(ConsulRound round, string name, ConsulWatch watch, CancellationToken stopping)
    {
        try
        {
            var index = new BlockingIndex();
            while (true)
            {
                await round.Places.WaitAsync(stopping);
                bool isNews;
                try
                {
                    var (body, header) = await _api.InstancesAsync(name, index.Value, index.Value == 0 ? ShortWait : round.Wait, stopping);
                    isNews = index.Take(header);
                    if (isNews)
                    {
                        _services[name] = ConsulServices.Draft(name, body, settings);
                    }
                }
                finally
                {
                    round.Places.Release();
                }

                watch.SetAnswered();
                if (isNews)
                {
                    Publish(round);
                }

                await Task.Delay(LeastPause, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            // One that cannot be asked is enough to tell that the agent is in trouble: all start anew.
            await round.FailAsync(exception);
        }
    }

    private void Publish(ConsulRound round)
    {
        // One after the other, so that the last answer is the newest.
        lock (_publishing)
        {
            if (!round.IsComplete)
            {
                return;
            }

            round.Feed.Publish(new RegistryAnswer([.. _services.OrderBy(service => service.Key, StringComparer.Ordinal).Select(service => service.Value)]));
        }
    }
}
