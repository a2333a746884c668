using System.Collections;
using System.Globalization;
using System.Text;

namespace Mesh.Config.Analysis;

/// <summary>Fills the templates of messages as Go's <c>fmt.Sprintf</c> does with the verbs that they use: <c>%s</c>, <c>%v</c>, <c>%d</c> and <c>%q</c>.</summary>
internal static class MessageText
{
    public static string Format(string template, params ReadOnlySpan<object> arguments)
    {
        var text = new StringBuilder(template.Length + 64);
        var next = 0;
        for (var position = 0; position < template.Length; position++)
        {
            if (template[position] != '%' || position + 1 == template.Length)
            {
                text.Append(template[position]);
                continue;
            }

            Append(text, arguments[next++], quoted: template[++position] == 'q');
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, object argument, bool quoted)
    {
        switch (argument)
        {
            case string word when quoted:
                Quote(text, word);
                break;
            case string word:
                text.Append(word);
                break;
            case IEnumerable list:
                AppendList(text, list, quoted);
                break;
            default:
                text.Append(Convert.ToString(argument, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void AppendList(StringBuilder text, IEnumerable list, bool quoted)
    {
        text.Append('[');
        var first = true;
        foreach (var item in list)
        {
            if (!first)
            {
                text.Append(' ');
            }

            first = false;
            Append(text, item, quoted);
        }

        text.Append(']');
    }

    private static void Quote(StringBuilder text, string word)
    {
        text.Append('"');
        foreach (var character in word)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when char.IsControl(character) => text.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}"),
                _ => text.Append(character),
            };
        }

        text.Append('"');
    }
}
