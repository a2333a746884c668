using Google.Protobuf.Collections;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>Who is asked whether a request may pass.</summary>
internal static class ExternalAuthRules
{
    private const int MostHeaders = 64;

    public static void Check(FieldScope scope, HTTPExternalAuthFilter? filter)
    {
        if (filter is null)
        {
            return;
        }

        ValueRules.OneOf(scope.Field("protocol"), filter.Protocol, "HTTP", "GRPC");
        ReferenceRules.Backend(scope.Field("backendRef"), filter.BackendRef);
        scope.Field("grpc").Require(filter.Protocol == "GRPC" || filter.Grpc is null, "grpc must be nil if the protocol is not GRPC");
        scope.Field("http").Require(filter.Protocol == "HTTP" || filter.Http is null, "http must be nil if the protocol is not HTTP");
        Headers(scope.Field("grpc"), "allowedHeaders", filter.Grpc?.AllowedHeaders);
        Headers(scope.Field("http"), "allowedHeaders", filter.Http?.AllowedHeaders);
        Headers(scope.Field("http"), "allowedResponseHeaders", filter.Http?.AllowedResponseHeaders);
    }

    private static void Headers(FieldScope scope, string field, RepeatedField<string>? names)
    {
        if (names is not null)
        {
            ValueRules.Count(scope.Field(field), names.Count, 0, MostHeaders);
            ValueRules.Distinct(scope, field, names);
        }
    }
}
