using System.Collections.Immutable;
using Mesh.Client.Hosting.FailStatic;
using Mesh.Client.Identity;
using Mesh.Client.Identity.Files;
using Mesh.Client.Identity.Issuing;
using Mesh.Client.Identity.Servers;
using Mesh.Protocol.Spiffe;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Hosting.Registration;

/// <summary>Chooses where the identity of this process comes from: files of the options, files of a gRPC bootstrap, or the control plane's authority.</summary>
internal sealed class IdentitySources(
    Workload workload, WorkloadIdentity identity, ControlPlaneChannels channels, StateFolder state, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly Lock _lock = new();

    // Volatile: written under _lock, read at every attempt to get a certificate.
    private volatile IReadOnlyList<Uri> _addresses = [];

    // Guarded by _lock.
    private FileIdentity? _files;
    private CertificateFiles? _filesFollowed;
    private IssuedIdentity? _issued;
    private bool _started;

    private MeshIdentityOptions Options => workload.Options.Identity;

    public static ControlPlaneCredentials CreateCredentials(MeshOptions options) =>
        new(options.TrustDomain, options.Identity.Token?.Trim(), options.Identity.TokenFile, options.Identity.RootCertificates);

    /// <summary>Called with what is known of the control plane, before every connection to it.</summary>
    /// <param name="addresses">Of the control planes.</param>
    /// <param name="bootstrapFiles">Provider <c>default</c> of a gRPC bootstrap, if it has one.</param>
    /// <returns>Whether the control plane is to tell the roots, too.</returns>
    public bool Choose(IReadOnlyList<Uri> addresses, CertificateFiles? bootstrapFiles)
    {
        lock (_lock)
        {
            _addresses = addresses;
            var files = Options is { CertificateFile: { } certificate, PrivateKeyFile: { } key, BundleFile: { } bundle }
                ? FileIdentity.FilesOf(certificate, key, bundle)
                : bootstrapFiles;
            if (files is not null)
            {
                FollowFiles(files);
                return false;
            }

            if ((Options.Token ?? Options.TokenFile) is null || !addresses.Any(address => address.Scheme == Uri.UriSchemeHttps))
            {
                return false;
            }

            FollowAuthority();
            return true;
        }
    }

    /// <summary>The control plane has told the roots.</summary>
    public void Trust(ImmutableArray<TrustBundle> bundles) => _issued?.Trust(bundles);

    public void Start()
    {
        lock (_lock)
        {
            _started = true;
            _issued?.Start();
            _files?.Start();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_issued is not null)
        {
            await _issued.DisposeAsync().ConfigureAwait(false);
        }

        _files?.Dispose();
    }

    private void FollowFiles(CertificateFiles files)
    {
        if (files == _filesFollowed)
        {
            return;
        }

        _files?.Dispose();
        (_files, _filesFollowed) = (new FileIdentity(files, time, loggers.CreateLogger<FileIdentity>()), files);
        identity.Follow(_files);
        if (_started)
        {
            _files.Start();
        }
    }

    private void FollowAuthority()
    {
        if (_issued is not null)
        {
            return;
        }

        var options = workload.Options;
        var settings = new IssuanceSettings(
            SpiffeId.Of(options.TrustDomain, options.Namespace, options.ServiceAccount), workload.Name, Options.Lifetime, Options.KeyType);
        var issuer = new CertificateIssuer(channels, CreateCredentials(options), () => _addresses, settings, time);
        _issued = new IssuedIdentity(settings, issuer, time, RandomSource.Shared, loggers.CreateLogger<IssuedIdentity>());
        if (state.Identity is { } store)
        {
            if (store.Read(settings.Id) is { } earlier)
            {
                _issued.Restore(earlier.Svid, earlier.Bundles);
            }

            var issued = _issued;
            issued.Changed += () => store.Write(issued);
        }

        identity.Follow(_issued);
        if (_started)
        {
            _issued.Start();
        }
    }
}
