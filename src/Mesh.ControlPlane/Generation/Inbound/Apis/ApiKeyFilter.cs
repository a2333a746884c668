using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config;
using Mesh.Config.Extensions;
using Mesh.Config.Validation.Apis;
using Mesh.ControlPlane.Generation.Inbound.RateLimits;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Extensions.Api;
using Mesh.Protocol.Xds;
using AccessRule = Mesh.Protocol.Extensions.Api.Access;
using CoreSecret = Mesh.Config.Kubernetes.Core.Secret;
using SourceKey = Mesh.Config.Extensions.ApiConsumer.Types.Key;
using SourcePlace = Mesh.Config.Extensions.ApiAccess.Types.KeyPlace;
using SourceRule = Mesh.Config.Extensions.ApiAccess.Types.Rule;

namespace Mesh.ControlPlane.Generation.Inbound.Apis;

/// <summary>Makes the filter that asks for keys: the rules of every ApiAccess that holds for the port, and the consumers of their namespaces.</summary>
internal static class ApiKeyFilter
{
    private const string Name = "mesh.filters.http.api_keys";
    private const string DefaultHeader = "x-api-key";
    private const string DefaultEntry = "api-key";

    /// <summary>What is shorter can be guessed from its hash.</summary>
    private const int ShortestKey = 16;

    /// <summary>None, or one; gRPC's own servers know no such filter, and a port without HTTP has no requests.</summary>
    public static IEnumerable<HttpFilter> Of(InboundTarget target)
    {
        if (target.Context.IsProxylessGrpc || target.IsTcp || PolicySelector.ApiAccesses(target).ToArray() is not { Length: > 0 } accesses)
        {
            return [];
        }

        var filter = new ApiKeys();
        filter.Rules.Add(accesses.SelectMany(access => access.Spec.Rules.Select(rule => Rule(access, rule))));
        filter.Consumers.Add(
            from ns in accesses.Select(access => access.Namespace).Distinct(StringComparer.Ordinal)
            from consumer in target.Context.Index.ApiConsumers.Of(ns)
            select Consumer(target.Context, consumer));
        return [new HttpFilter { Name = Name, TypedConfig = Any.Pack(filter) }];
    }

    private static AccessRule Rule(ConfigResource<ApiAccess> access, SourceRule source)
    {
        var rule = new AccessRule
        {
            Name = QuotaBuckets.LimitOf(access.Namespace, access.Resource.Id.Name, source.Name),
            Namespace = access.Namespace,
            AllowAnonymous = source.AllowAnonymous,
            ForwardKey = source.ForwardKey,
        };
        rule.Matches.Add(source.Match.Select(match => RequestMatchTranslator.Translate(match, access.Namespace)));
        rule.Places.Add(source.Keys.Count == 0 ? [new KeyPlace { Header = DefaultHeader }] : source.Keys.Select(Place));
        rule.Consumers.Add(source.Consumers.Select(name => RequestMatchTranslator.Qualify(access.Namespace, name)));
        rule.Plans.Add(source.Plans.Select(name => RequestMatchTranslator.Qualify(access.Namespace, name)));
        return rule;
    }

    private static KeyPlace Place(SourcePlace source) => source.PlaceCase switch
    {
        SourcePlace.PlaceOneofCase.QueryParameter => new KeyPlace { QueryParameter = source.QueryParameter },
        SourcePlace.PlaceOneofCase.Authorization => new KeyPlace { Authorization = source.Authorization },
        _ => new KeyPlace { Header = source.Header },
    };

    private static Consumer Consumer(GenerationContext context, ConfigResource<ApiConsumer> source)
    {
        var consumer = new Consumer
        {
            Name = RequestMatchTranslator.Qualify(source.Namespace, source.Resource.Id.Name),
            Plan = source.Spec.Plan.Length == 0 ? "" : RequestMatchTranslator.Qualify(source.Namespace, source.Spec.Plan),
            Suspended = source.Spec.Suspended,
        };
        foreach (var key in source.Spec.Keys)
        {
            if (Digest(context, source, key) is { } digest)
            {
                consumer.Keys.Add(new Key { Name = key.Name, Sha256 = digest, NotAfter = key.NotAfter.Length == 0 ? null : Timestamp.FromDateTimeOffset(ApiTime.Parse(key.NotAfter)) });
            }
        }

        return consumer;
    }

    private static ByteString? Digest(GenerationContext context, ConfigResource<ApiConsumer> source, SourceKey key)
    {
        if (key.Secret is not { } reference)
        {
            return ByteString.CopyFrom(Convert.FromHexString(key.Sha256));
        }

        var entry = reference.Key.Length == 0 ? DefaultEntry : reference.Key;
        var secret = context.State.Config.Resources.GetValueOrDefault(new ResourceId(ResourceKinds.CoreGroup, "Secret", source.Namespace, reference.Name))?.Spec as CoreSecret;
        var value = secret is null ? null
            : secret.StringData.TryGetValue(entry, out var text) ? text
            : secret.Data.TryGetValue(entry, out var data) ? data.ToStringUtf8() : null;

        // Editors and shells end a file with a line break.
        value = value?.TrimEnd('\r', '\n');
        if (value is { Length: >= ShortestKey })
        {
            return ByteString.CopyFrom(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(value)));
        }

        context.Notices.LeftOut(
            source.Resource.Id,
            $"key {key.Name}: " + (value is null ? $"Secret {source.Namespace}/{reference.Name} has no entry {entry}" : $"entry {entry} of Secret {source.Namespace}/{reference.Name} has less than {ShortestKey} characters"),
            "requests with this key are refused");
        return null;
    }
}
