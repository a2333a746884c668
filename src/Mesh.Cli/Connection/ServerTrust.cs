using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;

namespace Mesh.Cli.Connection;

/// <summary>Believes a control plane by roots of a file, by the pin in a token, or, for a certificate of the public web, as the machine does.</summary>
internal static class ServerTrust
{
    private const string TrustBundlePath = "/trust-bundle";

    /// <param name="server">Whom to connect to.</param>
    /// <param name="rootFile">Roots in PEM; null for none.</param>
    /// <param name="token">Its pins name the roots; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<SocketsHttpHandler> CreateHandlerAsync(Uri server, string? rootFile, string? token, CancellationToken cancellationToken)
    {
        if (server.Scheme != Uri.UriSchemeHttps)
        {
            return NewHandler();
        }

        var roots = rootFile is not null ? Read(rootFile)
            : token is not null && TokenText.TryParse(token, out var pinned) && pinned.Pins.Length > 0 ? await FetchAsync(server, pinned, cancellationToken)
            : null;
        return roots is null ? NewHandler() : HandlerOf(roots, own: null);
    }

    /// <summary>Believes these roots alone.</summary>
    public static SocketsHttpHandler HandlerOf(X509Certificate2Collection roots, X509Certificate2? own, string chain = "")
    {
        var handler = NewHandler();
        var issuers = new X509Certificate2Collection();
        issuers.ImportFromPem(chain);
        var context = own is null ? null : SslStreamCertificateContext.Create(own, issuers, offline: true);
        handler.SslOptions = SvidTls.CreateClientOptions(context, "localhost", (leaf, presented) => Verify(leaf, presented, roots));
        return handler;
    }

    /// <summary>Roots that a stranger sends, of which those count whose key is pinned: nothing but this question is asked before.</summary>
    private static async Task<X509Certificate2Collection> FetchAsync(Uri server, TokenText pinned, CancellationToken cancellationToken)
    {
        using var handler = NewHandler();
        handler.SslOptions = SvidTls.CreateClientOptions(null, "localhost", static (_, _) => true);
        using var client = new HttpClient(handler);
        try
        {
            var received = new X509Certificate2Collection();
            received.ImportFromPem(await client.GetStringAsync(new Uri(server, TrustBundlePath), cancellationToken));
            X509Certificate2Collection roots = [.. received.Where(pinned.IsPinned)];
            return roots.Count > 0
                ? roots
                : throw new CommandException($"{server} has none of the roots that the token names: another control plane answers there, or its roots have changed since the token was made.");
        }
        catch (Exception exception) when (exception is HttpRequestException or CryptographicException)
        {
            throw new CommandException($"{server} cannot be asked for its roots: {exception.InnerException?.Message ?? exception.Message}", innerException: exception);
        }
    }

    private static SocketsHttpHandler NewHandler() =>
        new() { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) };

    private static X509Certificate2Collection Read(string file)
    {
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(file);
            return roots.Count > 0 ? roots : throw new CommandException($"{file} holds no certificate in PEM.", Cli.ExitCode.BadFile);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The roots cannot be read from {file}: {exception.Message}", Cli.ExitCode.BadFile, exception);
        }
    }

    /// <summary>The control plane's own identity, by roots of its own trust domain.</summary>
    private static bool Verify(X509Certificate2? leaf, X509Certificate2Collection? presented, X509Certificate2Collection roots)
    {
        var uri = leaf is null ? default : SubjectAltNames.Read(leaf).FirstOrDefault(name => name.Kind == SubjectAltNameKind.Uri);
        if (!SpiffeId.TryParse(uri.Value ?? "", out var id, out _))
        {
            return false;
        }

        // One URI or none: the verifier refuses several.
        var bundles = new TrustBundles(id.TrustDomain, [new TrustBundle(id.TrustDomain, [.. roots], [])]);
        return id is { Namespace: "istio-system", ServiceAccount: "istiod" }
            && SvidVerifier.Verify(leaf, presented, bundles, SvidUsage.Server, TimeProvider.System.GetUtcNow()).IsAccepted;
    }
}
