namespace ControlPlane.Core.Problems;

/// <summary>Checks the members of one JSON object, and collects what is wrong with each under its path.</summary>
/// <remarks>A check answers with the value, or with null when it is left out or wrong, so that one pass checks and builds.</remarks>
/// <param name="errors">Where to collect.</param>
/// <param name="path">Where the object stands, such as <c>policy.signals[1]</c>; empty for the document itself.</param>
public sealed class FieldChecks(List<FieldError> errors, string path = "")
{
    /// <summary>The checks of an object inside this one.</summary>
    public FieldChecks In(string member) => new(errors, PathOf(member));

    /// <summary>Says what is wrong with a member.</summary>
    public void Refuse(string field, string message) => errors.Add(new(PathOf(field), message));

    /// <summary>Checks a whole number.</summary>
    public int? Whole(string field, int? value, int low, int high)
    {
        if (value is null || (value >= low && value <= high))
            return value;
        Refuse(field, $"is {value}. Give a whole number from {low} to {high}.");
        return null;
    }

    /// <summary>Checks a number of seconds.</summary>
    public TimeSpan? Seconds(string field, double? value, double low, double high)
    {
        if (value is not { } seconds)
            return null;
        // Rounded: FromSeconds cuts off, and 56505.686 would come back a tick less than it was written.
        if (seconds >= low && seconds <= high)
            return TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        Refuse(field, $"is {seconds}. Give a number from {low} to {high}.");
        return null;
    }

    /// <summary>Checks a text that must be there.</summary>
    /// <param name="field">What the caller calls it.</param>
    /// <param name="value">The text.</param>
    /// <param name="most">The most characters.</param>
    /// <param name="example">What would be right, for the message.</param>
    /// <returns>The text; empty when it is missing or wrong.</returns>
    public string Text(string field, string? value, int most, string example)
    {
        var message = value switch
        {
            _ when string.IsNullOrWhiteSpace(value) => $"is missing. Give {example}.",
            _ when value.Length > most => $"has {value.Length} characters. At most {most} are allowed.",
            _ when value.Any(char.IsControl) => "holds a control character. Remove it.",
            _ when value != value.Trim() => "begins or ends with a blank. Remove it.",
            _ => null,
        };
        if (message is null)
            return value!;
        Refuse(field, message);
        return "";
    }

    /// <summary>Checks the name of one of some values, in any case of its letters.</summary>
    public T? OneOf<T>(string field, string? value, params IReadOnlyList<T> known)
        where T : struct, Enum
    {
        foreach (var one in known)
        {
            if (string.Equals(one.ToString(), value, StringComparison.OrdinalIgnoreCase))
                return one;
        }

        Refuse(field, $"{(string.IsNullOrEmpty(value) ? "is missing" : $"\"{value}\" is not known")}. Known: {string.Join(", ", known)}.");
        return null;
    }

    /// <summary>Checks a list, each item by its own rules.</summary>
    /// <param name="field">What the caller calls it.</param>
    /// <param name="items">The items; null when there are none. A JSON array may hold nulls.</param>
    /// <param name="most">The most items. Those of a longer list are not looked at.</param>
    /// <param name="check">Checks one.</param>
    public IReadOnlyList<TOut> Each<TIn, TOut>(string field, IReadOnlyList<TIn?>? items, int most, Func<TIn, FieldChecks, TOut> check)
        where TIn : class
    {
        if (items?.Count > most)
        {
            Refuse(field, $"holds {items.Count}. At most {most} are allowed.");
            return [];
        }

        var checkedOnes = new List<TOut>();
        for (var index = 0; index < items?.Count; index++)
        {
            var place = $"{field}[{index}]";
            if (items[index] is { } item)
                checkedOnes.Add(check(item, In(place)));
            else
                Refuse(place, "is null. Give an object, or leave it out.");
        }

        return checkedOnes;
    }

    private string PathOf(string member) => path.Length == 0 ? member : $"{path}.{member}";
}
