using Mesh.ControlPlane.Kubernetes.Configuration;

namespace Mesh.ControlPlane.Kubernetes.Connection;

/// <summary>Has the credential of an account, and renews it before it ends: token files are read anew, plugins run again.</summary>
internal sealed class CredentialSource(KubernetesAccess access, TimeProvider time) : IDisposable
{
    /// <summary>Kubernetes replaces the file of a pod's token long before it ends (client-go reads it every minute too).</summary>
    private static readonly TimeSpan FileLife = TimeSpan.FromMinutes(1);

    /// <summary>A credential that ends so soon is renewed already.</summary>
    private static readonly TimeSpan RenewBefore = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _renewing = new(1);

    // Volatile: replaced by whoever renews.
    private volatile Credential? _current;

    /// <summary>The certificate for connections that begin now.</summary>
    public Credential? Current => _current;

    /// <exception cref="IOException">There is none.</exception>
    public async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        if (_current is { } known && !IsOver(known))
        {
            return known;
        }

        await _renewing.WaitAsync(cancellationToken);
        try
        {
            return _current is { } renewed && !IsOver(renewed) ? renewed : _current = await MakeAsync(cancellationToken);
        }
        finally
        {
            _renewing.Release();
        }
    }

    /// <summary>The server refused it: it is made anew.</summary>
    /// <returns>Whether that can help.</returns>
    public bool Refuse(Credential credential)
    {
        if (access is { Plugin: null, TokenFile: null })
        {
            return false;
        }

        if (ReferenceEquals(_current, credential))
        {
            _current = null;
        }

        return true;
    }

    public void Dispose() => _renewing.Dispose();

    private bool IsOver(Credential credential) => credential.ExpiresAt is { } end && time.GetUtcNow() >= end;

    private async Task<Credential> MakeAsync(CancellationToken cancellationToken)
    {
        if (access.Plugin is { } plugin)
        {
            var made = await PluginRun.RunAsync(plugin, access, time, cancellationToken);
            return made with { Certificate = made.Certificate ?? access.ClientCertificate, ExpiresAt = made.ExpiresAt - RenewBefore };
        }

        if (access.TokenFile is { } file)
        {
            try
            {
                return new Credential("Bearer " + (await File.ReadAllTextAsync(file, cancellationToken)).Trim(), access.ClientCertificate, time.GetUtcNow() + FileLife);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && _current?.Authorization is not null)
            {
                // While the file is being replaced the token before it is still good.
                return _current with { ExpiresAt = time.GetUtcNow() + RenewBefore };
            }
        }

        var authorization = access switch
        {
            { Token.Length: > 0 } => "Bearer " + access.Token,
            { Basic: var (user, password) } => "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{user}:{password}")),
            _ => null,
        };
        return new Credential(authorization, access.ClientCertificate, null);
    }
}
