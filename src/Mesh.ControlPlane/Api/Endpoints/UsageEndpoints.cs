using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Quotas;

namespace Mesh.ControlPlane.Api.Endpoints;

/// <summary>How many requests the consumers of APIs have sent, as this control plane was told by its gateways.</summary>
internal sealed class UsageEndpoints(ApiUsageLedger ledger, TimeProvider time)
{
    private const string DayFormat = "yyyy-MM-dd";

    public IEnumerable<ApiRoute> Routes => [ApiRoute.Get("/api/v1/usage", Permission.ReadTraffic, ReadAsync)];

    private Task ReadAsync(ApiCall call)
    {
        var today = ApiUsageLedger.DayOf(time.GetUtcNow());
        var (from, to) = (Day(call, "from") ?? today.AddDays(1 - ApiUsageLedger.Days), Day(call, "to") ?? today);
        var only = call.Query("namespace");
        if (only is not null)
        {
            call.RequireIn(only);
        }

        var rows = ledger.Read(from, to, key => (only is null ? call.MayIn(NamespaceOf(key)) : NamespaceOf(key) == only) && IsAsked(call, key));
        return call.WriteAsync(new JsonObject
        {
            ["apiVersion"] = ApiCall.Version,
            ["kind"] = "ApiUsageList",
            ["countedSince"] = ledger.Since.ToString("O", CultureInfo.InvariantCulture),
            ["from"] = Text(from),
            ["to"] = Text(to),
            ["items"] = new JsonArray([.. IsByDay(call) ? rows.Select(row => Describe(row.Key, row.Count, row.Day)) : Totals(rows)]),
        });
    }

    private static IEnumerable<JsonNode> Totals(IReadOnlyList<ApiUsageRow> rows) =>
        from row in rows
        group row.Count by row.Key into total
        select Describe(total.Key, total.Aggregate(default(ApiUsageCount), (sum, count) => sum.Plus(count.Served, count.Failed)), day: null);

    private static JsonObject Describe(ApiUsageKey key, ApiUsageCount count, DateOnly? day)
    {
        var item = new JsonObject { ["api"] = key.Api, ["consumer"] = key.Consumer, ["version"] = key.Version, ["requests"] = count.Served + count.Failed, ["failed"] = count.Failed };
        if (day is { } shown)
        {
            item["day"] = Text(shown);
        }

        return item;
    }

    private static bool IsAsked(ApiCall call, ApiUsageKey key) =>
        (call.Query("consumer") is not { } consumer || key.Consumer == consumer || key.Consumer == $"{NamespaceOf(key)}/{consumer}")
        && (call.Query("api") is not { } api || key.Api == api || key.Api.StartsWith(api + "/", StringComparison.Ordinal));

    private static string NamespaceOf(ApiUsageKey key) => key.Api.Split('/')[0];

    private static bool IsByDay(ApiCall call) => call.Query("by") switch
    {
        null => false,
        "day" => true,
        var other => throw ApiException.BadRequest($"by: expected day, got '{other}'."),
    };

    private static DateOnly? Day(ApiCall call, string name) =>
        call.Query(name) is not { } text ? null
        : DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw ApiException.BadRequest($"{name}: expected a day such as 2026-01-31, got '{text}'.");

    private static string Text(DateOnly day) => day.ToString(DayFormat, CultureInfo.InvariantCulture);
}
