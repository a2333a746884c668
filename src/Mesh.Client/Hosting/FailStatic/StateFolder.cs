using Mesh.Client.Fallback.Snapshots;
using Mesh.Client.Hosting.Configuration;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Identity;
using Mesh.Client.Identity.Keeping;
using Mesh.Protocol.Spiffe;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Hosting.FailStatic;

/// <summary>Where this workload keeps what it needs for a start without a control plane; nothing is kept where no folder is given.</summary>
internal sealed class StateFolder
{
    private const string SystemdFolder = "STATE_DIRECTORY";

    private readonly OwnerOnlyFolder? _folder;
    private readonly Workload _workload;
    private readonly ILoggerFactory _loggers;

    public StateFolder(Workload workload, IServiceProvider services, TimeProvider time, ILoggerFactory loggers)
    {
        (_workload, _loggers) = (workload, loggers);
        var options = workload.Options.Fallback.Snapshot;
        var path = options.Path ?? services.GetService<IConfiguration>()?[SystemdFolder]?.Split(':')[0];
        if (options.Enabled == true && string.IsNullOrEmpty(path))
        {
            path = System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "mesh");
        }

        _folder = options.Enabled != false && !string.IsNullOrEmpty(path) ? new OwnerOnlyFolder(System.IO.Path.GetFullPath(path)) : null;
        Identity = _folder is not null && options.KeepIdentity
            ? new KeptIdentity(_folder, Name + ".identity", time, loggers.CreateLogger<KeptIdentity>())
            : null;
    }

    /// <summary>Null when identities are not kept.</summary>
    public KeptIdentity? Identity { get; }

    /// <summary>Who a snapshot is for: the identity that this process has or would have, and its service.</summary>
    public string Owner => $"{Id} {_workload.Options.Service}";

    private SpiffeId Id => SpiffeId.Of(_workload.Options.TrustDomain, _workload.Options.Namespace, _workload.Options.ServiceAccount);

    // Versions of a service that share a machine have files of their own.
    private string Name => $"{_workload.Options.Namespace}.{_workload.Options.Service}{(_workload.Options.Labels.TryGetValue("version", out var version) ? "." + DnsLabel.Make(version, "v") : "")}";

    /// <summary>Null when snapshots are not kept.</summary>
    public SnapshotStore? OpenSnapshots(IWorkloadIdentity identity) => _folder is null ? null : new SnapshotStore(
        _folder,
        Name + ".snapshot",
        Owner,
        identity.IsConfigured ? new IdentitySeal(identity, Id) : new KeyFileSeal(_folder),
        _workload.Options.Fallback.Snapshot.MaxAge,
        _loggers.CreateLogger<SnapshotStore>());
}
