using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Tls;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes what a cluster demands of its connections; a demand that cannot be met is an error or an unusable policy, never plaintext.</summary>
internal static class TransportSocketDecoder
{
    private const string TlsName = "envoy.transport_sockets.tls";
    private const string TlsType = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
    private const string RawBufferName = "envoy.transport_sockets.raw_buffer";

    /// <summary>Whether anything but plaintext is demanded, also in a form that cannot be read.</summary>
    public static bool IsDemand(TransportSocket? socket) => socket is not null && socket.Name != RawBufferName;

    /// <summary>Null when plaintext is what the cluster wants.</summary>
    /// <param name="socket">The cluster's.</param>
    /// <param name="upstream">The cluster's HTTP options for connections; null when it has none.</param>
    /// <param name="providers">The instances the bootstrap names; TLS settings may refer to no others (gRFC A29).</param>
    /// <param name="errors">Of the field.</param>
    public static TlsPolicy? Decode(
        TransportSocket? socket, UpstreamHttpProtocolOptions? upstream, ImmutableHashSet<string> providers, DecodeErrors errors)
    {
        if (!IsDemand(socket))
        {
            return null;
        }

        if (socket!.Name != TlsName || socket.TypedConfig is null)
        {
            errors.Add($"expected {TlsName} with typed_config, got '{socket.Name}'");
            return null;
        }

        if (TypedConfig.Read(socket.TypedConfig, errors) is not { } config)
        {
            return null;
        }

        if (config.TypeUrl != TlsType)
        {
            errors.Add($"expected {TlsType}, got {config.TypeUrl}");
            return null;
        }

        return config.Parse(UpstreamTlsContext.Parser, errors) is { } context ? Decode(context, upstream, providers, errors) : null;
    }

    private static TlsPolicy Decode(
        UpstreamTlsContext context, UpstreamHttpProtocolOptions? upstream, ImmutableHashSet<string> providers, DecodeErrors errors)
    {
        var common = context.CommonTlsContext ?? new CommonTlsContext();
        errors = errors.In("common_tls_context");
        if (common.CustomHandshaker is not null || common.CustomTlsCertificateSelector is not null)
        {
            errors.Add("custom_handshaker and custom_tls_certificate_selector are not supported");
        }

        var reader = new TlsValidationDecoder(providers, errors);
        return CheckNames(new TlsPolicy
        {
            // Envoy: sni goes before auto_sni, which is the Host header; a client without either sends the host too, as RFC 6066 3 wants.
            Sni = context.Sni.Length > 0 ? context.Sni : null,
            Identity = TlsIdentityDecoder.Decode(common, providers, errors),
            Trust = reader.Trust(common),
            SubjectAltNames = reader.SubjectAltNames(common),
            VerifyServerName = context.AutoSniSanValidation || upstream?.AutoSanValidation == true,
            ApplicationProtocols = [.. common.AlpnProtocols],
            Versions = TlsVersionDecoder.Decode(common.TlsParams, errors.In("tls_params")),
        }, errors);
    }

    /// <summary>Every workload of the mesh has a certificate that its roots vouch for: without names, each could stand in for this service.</summary>
    private static TlsPolicy CheckNames(TlsPolicy policy, DecodeErrors errors)
    {
        if (policy is { IsMesh: true, SubjectAltNames.IsEmpty: true })
        {
            errors.In("validation_context").Add("match_subject_alt_names: expected the identities of the service, got none; any workload of the mesh would be believed");
        }

        return policy;
    }
}
