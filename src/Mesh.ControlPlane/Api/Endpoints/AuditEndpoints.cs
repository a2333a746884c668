using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Auditing;

namespace Mesh.ControlPlane.Api.Endpoints;

/// <summary>Searches and verifies the audit log.</summary>
internal sealed class AuditEndpoints(AuditLog audit)
{
    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get("/api/v1/audit", Permission.ReadAudit, FindAsync),
        ApiRoute.Get("/api/v1/audit/verification", Permission.ReadAudit, VerifyAsync),
    ];

    private Task FindAsync(ApiCall call)
    {
        var query = new AuditQuery
        {
            Since = TimeOf(call, "since"),
            Until = TimeOf(call, "until"),
            Actor = call.Query("actor"),
            Action = ActionOf(call),
            Target = call.Query("target"),
            Namespace = call.Query("namespace"),
            Before = NumberOf(call, "before", long.MaxValue),
            Limit = (int)(NumberOf(call, "limit", AuditQuery.MaxLimit) ?? 100),
        };

        // An auditor of one namespace sees what concerns it; what concerns the whole mesh is for those of the whole mesh.
        if (query.Namespace is { } asked)
        {
            call.RequireIn(asked);
        }
        else
        {
            call.RequireEverywhere();
        }

        return call.WriteListAsync("AuditEntryList", audit.Find(query).Select(Entry));
    }

    private Task VerifyAsync(ApiCall call)
    {
        call.RequireEverywhere();
        var verdict = audit.Verify();
        return call.WriteAsync(new JsonObject
        {
            ["apiVersion"] = ApiCall.Version,
            ["kind"] = "AuditVerdict",
            ["intact"] = verdict.Problem is null,
            ["problem"] = verdict.Problem,
            ["entries"] = verdict.Entries,
            ["first"] = verdict.First,
            ["last"] = verdict.Last,
            ["head"] = verdict.Head,
        });
    }

    private static JsonNode Entry(AuditEntry entry) => new JsonObject
    {
        ["sequence"] = entry.Sequence,
        ["at"] = entry.At.ToString("O"),
        ["action"] = entry.Event.Action.ToString(),
        ["actor"] = entry.Event.Actor,
        ["operation"] = entry.Event.Operation,
        ["target"] = entry.Event.Target,
        ["namespace"] = entry.Event.Namespace,
        ["address"] = entry.Event.Address,
        ["code"] = entry.Event.Code,
        ["reason"] = entry.Event.Reason,
        ["previous"] = entry.Previous,
        ["hash"] = entry.Hash,
    };

    private static AuditAction? ActionOf(ApiCall call) => call.Query("action") switch
    {
        null => null,
        { } text when Enum.TryParse<AuditAction>(text, ignoreCase: true, out var action) && Enum.IsDefined(action) => action,
        { } text => throw ApiException.BadRequest($"action: expected one of {string.Join(", ", Enum.GetNames<AuditAction>())}, got '{text}'."),
    };

    private static DateTimeOffset? TimeOf(ApiCall call, string name) => call.Query(name) switch
    {
        null => null,
        { } text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        { } text => throw ApiException.BadRequest($"{name}: expected a time such as 2026-01-31T12:00:00Z, got '{text}'."),
    };

    private static long? NumberOf(ApiCall call, string name, long most) => call.Query(name) switch
    {
        null => null,
        { } text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most => number,
        { } text => throw ApiException.BadRequest($"{name}: expected a whole number from 1 to {most}, got '{text}'."),
    };
}
