using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Spiffe;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Identity.Servers;

/// <summary>Opens connections to control planes: each server is verified, and is shown the newest proof of who this process is.</summary>
internal sealed class ControlPlaneChannels(
    IWorkloadIdentity identity, ControlPlaneCredentials credentials, TimeProvider time, ILogger<ControlPlaneChannels> logger)
{
    private readonly ControlPlaneVerifier _verifier = new(identity, credentials, time);
    private readonly RememberedAddresses _addresses = new(Dns.GetHostAddressesAsync, time, logger);

    // The last refusal that was told; one that goes on would be told at every attempt.
    private volatile string? _told;

    /// <summary>Why the last server was not believed; null when it was.</summary>
    public string? LastRefusal => _told;

    /// <summary>A channel with what is in force at this moment; a later one picks up a new certificate.</summary>
    /// <param name="address">Plaintext for http; neither token nor certificate is ever shown there.</param>
    /// <param name="files">Those of a gRPC bootstrap, in place of the identity of the mesh; null for that.</param>
    /// <param name="options">Of the channel.</param>
    /// <param name="preferToken">Whether the token goes before a certificate that is still valid.</param>
    /// <exception cref="CertificateUnavailableException">A file that is needed cannot be read.</exception>
    public GrpcChannel Create(Uri address, ServerFiles? files, GrpcChannelOptions options, bool preferToken = false)
    {
        var sockets = GrpcChannel.CreateHandler(options);
        sockets.ConnectCallback = _addresses.ConnectAsync;
        if (address.Scheme != Uri.UriSchemeHttps)
        {
            return new GrpcChannel(address, new HttpMessageInvoker(sockets), options, ownsInvoker: true);
        }

        if (files is not null)
        {
            sockets.SslOptions = CreateOptions(files, address);
            return new GrpcChannel(address, new HttpMessageInvoker(sockets), options, ownsInvoker: true);
        }

        var token = ReadToken();
        var own = preferToken && token is not null ? null : identity.Current?.Context;
        sockets.SslOptions = CreateOptions(own, address, (leaf, presented) => _verifier.Refuse(leaf, presented, address.Host, token));
        HttpMessageHandler handler = own is null && token is not null ? new BearerHandler(token, sockets) : sockets;
        return new GrpcChannel(address, new HttpMessageInvoker(handler), options, ownsInvoker: true);
    }

    private string? ReadToken()
    {
        try
        {
            return credentials.ReadToken();
        }
        catch (CertificateUnavailableException) when (identity.Current is not null)
        {
            return null;
        }
    }

    private SslClientAuthenticationOptions CreateOptions(ServerFiles files, Uri address)
    {
        try
        {
            var own = files is { Certificate: { } certificate, PrivateKey: { } key } ? PemParsing.Identity(File.ReadAllText(certificate), File.ReadAllText(key)) : null;
            var verifier = new ControlPlaneVerifier(new AbsentIdentity(), credentials with { RootCertificates = files.Roots }, time);
            return CreateOptions(own, address, (leaf, presented) => verifier.Refuse(leaf, presented, address.Host, token: null));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new CertificateUnavailableException($"channel_creds tls: {exception.Message}", exception);
        }
    }

    private SslClientAuthenticationOptions CreateOptions(
        SslStreamCertificateContext? own, Uri address, Func<X509Certificate2?, X509Certificate2Collection?, string?> refuse) =>
        SvidTls.CreateClientOptions(own, address.Host, (leaf, presented) =>
        {
            var reason = refuse(leaf, presented);
            if (reason is not null && reason != _told)
            {
                IdentityLog.ControlPlaneRefused(logger, address, reason);
            }

            _told = reason;
            return reason is null;
        });
}
