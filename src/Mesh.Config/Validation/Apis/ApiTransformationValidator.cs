using Mesh.Config.Extensions;
using Mesh.Config.Validation.Rules;
using Headers = Mesh.Config.Extensions.ApiTransformation.Types.Headers;
using Json = Mesh.Config.Extensions.ApiTransformation.Types.Json;
using Query = Mesh.Config.Extensions.ApiTransformation.Types.Query;
using Response = Mesh.Config.Extensions.ApiTransformation.Types.Response;
using Rule = Mesh.Config.Extensions.ApiTransformation.Types.Rule;

namespace Mesh.Config.Validation.Apis;

/// <summary>Rules for ApiTransformation.</summary>
internal sealed class ApiTransformationValidator() : SpecValidator<ApiTransformation>(ResourceKinds.ApiTransformation)
{
    private const int MostRules = 256;
    private const uint LargestBody = 16 * 1024 * 1024;

    // The length and the framing of a message are for those who send it (RFC 9112 6).
    private static readonly string[] Framing = ["host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "keep-alive"];

    protected override void Validate(FieldScope scope, ApiTransformation spec, Resource resource)
    {
        ValueRules.Count(scope.Field("rules"), spec.Rules.Count, 1, MostRules);
        RuleNames.Check(scope, "rules", spec.Rules, static rule => rule.Name);
        scope.Each("rules", spec.Rules, Check);
    }

    private static void Check(FieldScope scope, Rule rule)
    {
        RequestMatchRules.Check(scope, rule.Match);
        scope.Require(rule.Request is not null || rule.Response is not null, "expected request or response, or both");
        if (rule.Request is { } request)
        {
            Check(scope.Field("request").Field("headers"), request.Headers);
            Check(scope.Field("request").Field("query"), request.Query);
            Check(scope.Field("request").Field("json"), request.Json);
        }

        if (rule.Response is { } response)
        {
            Check(scope.Field("response"), response);
        }
    }

    private static void Check(FieldScope scope, Response response)
    {
        Check(scope.Field("headers"), response.Headers);
        Check(scope.Field("json"), response.Json);
        scope.Each("statuses", response.Statuses, static (item, status) => item.Require(status is >= 200 and <= 599, $"expected 200 to 599, found {status}"));
        scope.Field("status").Require(response.Status is 0 or (>= 200 and <= 599 and not 204 and not 304), $"expected 200 to 599 of a response that may have a body, found {response.Status}");
    }

    private static void Check(FieldScope scope, Headers? headers)
    {
        if (headers is null)
        {
            return;
        }

        foreach (var (field, entries) in new[] { ("set", headers.Set), ("add", headers.Add), ("rename", headers.Rename) })
        {
            foreach (var (name, value) in entries)
            {
                var entry = scope.Entry(field, name);
                Name(entry, name);
                entry.Require(!value.Any(char.IsControl), "the value has control characters");
                if (field == "rename")
                {
                    Name(entry, value);
                }
            }
        }

        scope.Each("remove", headers.Remove, Name);
    }

    private static void Name(FieldScope scope, string name)
    {
        scope.Require(HeaderRules.IsToken(name), $"\"{name}\" is not a header name");
        scope.Require(!Framing.Contains(name, StringComparer.OrdinalIgnoreCase), $"\"{name}\" belongs to the connection and cannot be changed");
    }

    private static void Check(FieldScope scope, Query? query)
    {
        foreach (var name in query is null ? [] : query.Set.Keys.Concat(query.Remove).Concat(query.Rename.Keys).Concat(query.Rename.Values))
        {
            scope.Require(name.Length > 0, "expected the name of a parameter, found an empty one");
        }
    }

    private static void Check(FieldScope scope, Json? json)
    {
        if (json is null)
        {
            return;
        }

        scope.Field("maxBytes").Require(json.MaxBytes <= LargestBody, $"at most {LargestBody}, found {json.MaxBytes}");
        foreach (var place in json.Set.Keys.Concat(json.Remove).Concat(json.Rename.Keys))
        {
            scope.Require(place is ['/', _, ..], $"expected a JSON Pointer such as /owner/name, found \"{place}\"");
        }

        foreach (var (place, name) in json.Rename)
        {
            scope.Entry("rename", place).Require(name.Length > 0 && !name.Contains('/', StringComparison.Ordinal), $"expected the new name of the member alone, found \"{name}\"");
        }
    }
}
