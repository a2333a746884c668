using System.Collections.Immutable;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.Lookup;

/// <summary>The hosts that traffic can go to, from Services and ServiceEntries, by who may see them.</summary>
internal sealed class ServiceHosts
{
    private const string ExportAnnotation = "networking.istio.io/exportTo";

    private readonly Dictionary<(string Scope, string Host), ServiceHost> _exact = [];
    private readonly List<(string Scope, string Ending, ServiceHost ServiceHost)> _wildcards = [];
    private readonly string _domain;

    public ServiceHosts(AnalysisSnapshot snapshot)
    {
        _domain = snapshot.Settings.ClusterDomain;
        foreach (var resource in snapshot.All(KindNames.ServiceEntry))
        {
            Add(resource, resource.Spec<ServiceEntry>());
        }

        foreach (var resource in snapshot.All(KindNames.Service))
        {
            AddService(resource);
        }
    }

    /// <summary>What a host leads to, or null when nothing of that name can be seen.</summary>
    /// <param name="host">As written.</param>
    /// <param name="ns">Of the resource that names it.</param>
    /// <param name="exportTo">Of the resource that names it.</param>
    public ServiceHost? Find(string host, string ns, IReadOnlyCollection<string> exportTo)
    {
        var full = HostName.Qualify(host, ns, _domain);
        if (_exact.TryGetValue((ExportScopes.All, full), out var found))
        {
            return found;
        }

        foreach (var scope in exportTo.Count == 0 ? [ns] : exportTo.Select(scope => scope == "." ? ns : scope))
        {
            if (_exact.TryGetValue((scope, full), out found))
            {
                return found;
            }
        }

        // The host as written: a name without dots is nobody's subdomain.
        var ending = host.TrimStart('*');
        foreach (var (scope, wildcard, destination) in _wildcards)
        {
            if ((scope == ExportScopes.All || scope == ns) && ending.EndsWith(wildcard, StringComparison.Ordinal))
            {
                return destination;
            }
        }

        return null;
    }

    private void Add(AnalysisResource resource, ServiceEntry entry)
    {
        var destination = new ServiceHost([.. entry.Ports.Select(port => (int)port.Number)], [.. entry.WorkloadSelector?.Labels.AsEnumerable() ?? []]);
        foreach (var scope in ExportScopes.Of(entry.ExportTo, resource.Namespace))
        {
            foreach (var host in entry.Hosts)
            {
                Add(scope, HostName.Qualify(host, resource.Namespace, _domain), destination);
            }
        }
    }

    private void AddService(AnalysisResource resource)
    {
        var ports = resource.Document.Field("spec").Items("ports").Select(port => port.Number("port"));
        var destination = new ServiceHost([.. ports], []);
        var exported = resource.Annotations.GetValueOrDefault(ExportAnnotation, "");
        foreach (var scope in ExportScopes.Of(exported.Length == 0 ? [] : exported.Split(','), resource.Namespace))
        {
            Add(scope, HostName.Qualify(resource.Name, resource.Namespace, _domain), destination);
        }
    }

    private void Add(string scope, string host, ServiceHost destination)
    {
        _exact[(scope, host)] = destination;
        if (HostName.IsWildcard(host))
        {
            _wildcards.Add((scope, host[1..], destination));
        }
    }
}
