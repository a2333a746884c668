using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Mesh.Config.Decoding;
using Mesh.Config.Extensions;
using Mesh.Config.Validation.Rules;
using Mesh.Config.Yaml;

namespace Mesh.Config.Validation.Annotations;

/// <summary>Reads annotation <c>mesh.dev/health-check</c>, by which a DestinationRule or ServiceEntry asks for active health checks; Istio has no field for them.</summary>
internal static class HealthCheckAnnotation
{
    public const string Name = "mesh.dev/health-check";

    private const string Path = $"metadata.annotations[{Name}]";
    private static readonly string[] Kinds = ["DestinationRule", "ServiceEntry"];

    // CONNECT has no status to judge by.
    private static readonly string[] Methods = ["", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"];

    /// <summary>The check that an admitted resource asks for; null when it asks for none.</summary>
    public static HealthCheck? Read(ImmutableSortedDictionary<string, string> annotations) =>
        annotations.TryGetValue(Name, out var text) ? Decode(text, new FindingCollector("")) : null;

    /// <summary>Adds everything that is wrong with the annotation.</summary>
    public static void Validate(Resource resource, FindingCollector findings)
    {
        if (!resource.Annotations.TryGetValue(Name, out var text))
        {
            return;
        }

        if (!Kinds.Contains(resource.Kind.Kind, StringComparer.Ordinal))
        {
            findings.Warning(Path, $"{Name} has no effect on a {resource.Kind.Kind}; put it on a DestinationRule or ServiceEntry");
        }
        else if (Decode(text, findings) is { } check && !findings.HasErrors)
        {
            Check(new FieldScope(findings, Path), check);
        }
    }

    private static HealthCheck? Decode(string text, FindingCollector findings)
    {
        try
        {
            if (YamlTreeReader.Read(new YamlText(text, Math.Max(1, findings.Position(Path).Line)), YamlLimits.Default) is not { } node)
            {
                findings.Error(Path, "expected a health check such as {\"http\": {\"path\": \"/health\"}, \"interval\": \"10s\"}, found nothing");
                return null;
            }

            var check = new HealthCheck();
            new MessageDecoder(findings, strict: true).Decode(node, check, Path);
            return check;
        }
        catch (YamlFormatException exception)
        {
            findings.Error(Path, $"not readable as JSON or YAML: {exception.Message}");
            return null;
        }
    }

    private static void Check(FieldScope scope, HealthCheck check)
    {
        scope.Require(check.CheckCase is not HealthCheck.CheckOneofCase.None, "one of http, grpc and tcp is required");
        if (check.Http is { } http)
        {
            Check(scope.Field("http"), http);
        }

        ValueRules.Duration(scope.Field("interval"), check.Interval);
        ValueRules.Duration(scope.Field("timeout"), check.Timeout);
        ValueRules.Duration(scope.Field("initialJitter"), check.InitialJitter, zeroAllowed: true);
        ValueRules.Duration(scope.Field("intervalJitter"), check.IntervalJitter, zeroAllowed: true);
        ValueRules.Duration(scope.Field("noTrafficInterval"), check.NoTrafficInterval);
        ValueRules.Duration(scope.Field("unhealthyInterval"), check.UnhealthyInterval);
        scope.Field("unhealthyThreshold").Require(check.UnhealthyThreshold is null or > 0, "must be at least 1");
        scope.Field("healthyThreshold").Require(check.HealthyThreshold is null or > 0, "must be at least 1");
    }

    private static void Check(FieldScope scope, HealthCheck.Types.Http http)
    {
        scope.Field("path").Require(http.Path.StartsWith('/'), $"a path that starts with / is required, found \"{http.Path}\"");
        ValueRules.OneOf(scope.Field("method"), http.Method, Methods);
        Check(scope, "expectedStatuses", http.ExpectedStatuses);
        Check(scope, "retriableStatuses", http.RetriableStatuses);
    }

    private static void Check(FieldScope scope, string field, RepeatedField<HealthCheck.Types.Http.Types.Statuses> ranges) =>
        scope.Each(field, ranges, static (item, range) => item.Require(
            range.Start >= 100 && range.End <= 600 && range.Start < range.End,
            $"must be a range within 100 and 600 whose end is not part of it, found {range.Start} to {range.End}"));
}
