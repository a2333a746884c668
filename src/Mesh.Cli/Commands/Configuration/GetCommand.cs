using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Mesh.Cli.Objects;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Configuration;

/// <summary><c>meshctl get</c>: objects, in the table that the server makes or as they are.</summary>
internal static class GetCommand
{
    public static Command Create(CommandRunner run)
    {
        var names = new ObjectNames(run);
        var all = CommonOptions.AllNamespaces();
        var selector = CommonOptions.Selector();
        var fields = new Option<string?>("--field-selector") { Description = "Only with these fields, such as metadata.name=reviews.", HelpName = "FIELDS" };
        var ignore = new Option<bool>("--ignore-not-found") { Description = "An object that is not there is no error." };
        return run.Asking("get", "Shows objects of the configuration: KIND, KIND NAME … or KIND/NAME …", [.. names.Symbols, all, selector, fields, ignore], async (call, cancellationToken) =>
        {
            var api = new ObjectApi(call.Api);
            var ns = call.Arguments.GetValue(all) ? null : names.Namespace(call);
            var query = Query(("labelSelector", call.Arguments.GetValue(selector)), ("fieldSelector", call.Arguments.GetValue(fields)));
            var targets = await names.FindAsync(call, api, cancellationToken);
            var table = new ObjectTable(call, showsKinds: targets.Select(target => target.Kind).Distinct().Count() > 1, showsNamespaces: ns is null);
            var errors = new List<string>();
            var found = new List<JsonObject>();
            foreach (var (kind, name) in targets)
            {
                if (name is not null && ns is null && kind.IsNamespaced)
                {
                    throw new CommandException("A name and all namespaces do not go together: give the namespace with -n.", ExitCode.Usage);
                }

                var answer = await api.GetAsync(kind, ns, name, name is null ? query : "", cancellationToken, call.Printer.IsForPeople);
                if (answer.Status == HttpStatusCode.NotFound && name is not null && call.Arguments.GetValue(ignore))
                {
                    continue;
                }

                if (!answer.IsSuccess)
                {
                    errors.Add(answer.Problem);
                }
                else if (call.Printer.IsForPeople)
                {
                    table.Add(kind, answer.Require());
                }
                else
                {
                    found.AddRange(Items(kind, answer.Require(), name is null));
                }
            }

            await PrintAsync(call, table, found, targets.Count == 1 && targets[0].Name is not null);
            if (!table.HasRows && found.Count == 0 && errors.Count == 0)
            {
                await call.Terminal.Error.WriteLineAsync(ns is null ? "No resources found." : $"No resources found in {ns} namespace.");
            }

            foreach (var error in errors)
            {
                await call.Terminal.Error.WriteLineAsync($"meshctl: {Terminal.SafeLines(error)}");
            }

            return errors.Count == 0 ? ExitCode.Fine : ExitCode.Failure;
        });
    }

    /// <summary>Items of a list do not say what they are; alone they must.</summary>
    private static IEnumerable<JsonObject> Items(ServedKind kind, JsonObject answer, bool isList)
    {
        foreach (var item in isList ? (answer["items"] as JsonArray ?? []).OfType<JsonObject>() : [answer])
        {
            var whole = new JsonObject { ["apiVersion"] = item["apiVersion"]?.ToString() ?? kind.ApiVersion, ["kind"] = item["kind"]?.ToString() ?? kind.Kind };
            foreach (var (field, value) in item.Where(pair => pair.Key is not ("apiVersion" or "kind")))
            {
                whole[field] = value?.DeepClone();
            }

            if (whole["metadata"] is JsonObject metadata)
            {
                metadata.Remove("managedFields");
            }

            yield return whole;
        }
    }

    private static async Task PrintAsync(Call call, ObjectTable table, List<JsonObject> found, bool isOne)
    {
        if (call.Printer.IsForPeople)
        {
            table.Write();
        }
        else if (call.Printer.Format == OutputFormat.Name)
        {
            foreach (var item in found)
            {
                var group = item["apiVersion"]!.ToString().Split('/') is [var name, _] ? $".{name}" : "";
                await call.Terminal.Out.WriteLineAsync($"{item["kind"]!.ToString().ToLowerInvariant()}{group}/{ObjectApi.NameOf(item)}");
            }
        }
        else if (isOne && found.Count == 1)
        {
            call.Printer.Whole(found[0]);
        }
        else
        {
            call.Printer.Whole(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["metadata"] = new JsonObject(), ["items"] = new JsonArray([.. found]) });
        }
    }

    private static string Query(params (string Name, string? Value)[] parameters) =>
        string.Join('&', parameters.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}")) is { Length: > 0 } query ? $"?{query}" : "";
}
