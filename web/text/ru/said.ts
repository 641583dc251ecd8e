import { gatewayErrors } from './gateway-errors.ts';

/** What the API says in English of what was sent to it, in Russian. `{}` is what differs. A test sees to it that none is missing. */
export const said: Readonly<Record<string, string>> = {
  ...gatewayErrors,

  // Of any field.
  'Is missing.': 'Не указано.',
  'There is no such field.': 'Такого поля нет.',
  'Leave it out. The fields are: {}.': 'Уберите его. Поля такие: {}.',
  'Write {}.': 'Пишите {}.',
  'Is empty.': 'Не заполнено.',
  'Is too long.': 'Слишком длинно.',
  'Is longer than {} characters.': 'Длиннее, чем можно; символов не больше {}.',
  'Is longer than {} bytes of JSON.': 'Слишком много; в виде JSON не больше {} байт.',
  'Is less than {}.': 'Меньше, чем {}.',
  'Is more than {}.': 'Больше, чем {}.',
  'Is not within 1 and {}.': 'Не от 1 до {}.',
  'Is none of {}.': 'Можно только одно из: {}.',
  'Is given more than once.': 'Указано несколько раз.',
  'Is not a number.': 'Это не число.',
  'Is not a UUID.': 'Это не UUID.',
  'Is not an id.': 'Это не идентификатор.',
  'Is nested deeper than {}.': 'Вложено глубже, чем {}.',
  'Has more than {} entries.': 'Слишком много; не больше {}.',
  'Has passed.': 'Это время уже прошло.',
  'Is before 1970.': 'Раньше 1970 года.',
  'Is more than a year ahead.': 'Больше чем на год вперёд.',
  'Is not a date and time with an offset, in the form of ISO 8601.': 'Это не дата и время со смещением по ISO 8601.',
  'Must be text.': 'Нужен текст.',
  'Must be text or null.': 'Нужен текст или null.',
  'Must be an object.': 'Нужен объект.',
  'Must be a list.': 'Нужен список.',
  'Must be a whole number.': 'Нужно целое число.',
  'Must be a number or null.': 'Нужно число или null.',
  'Must be true or false.': 'Нужно true или false.',
  'Is neither true nor false.': 'Это не true и не false.',
  'Holds a NUL character.': 'Содержит символ NUL.',
  'Holds a NUL character or half a character, which cannot be kept.':
    'Содержит символ NUL или половину символа, такое нельзя сохранить.',
  'Holds what is no text.': 'Содержит то, что не является текстом.',
  'Holds no letter and no digit.': 'Нет ни буквы, ни цифры.',
  'Is not 1 to {} printable ASCII characters.': 'Нужно от 1 до {} печатных символов ASCII.',
  'Is not 1 to {} printable characters.': 'Нужно от 1 до {} печатных символов.',

  // Of filters and cursors.
  'Is not an action.': 'Такого действия нет.',
  'Is none of active, archived and all.': 'Это не active, не archived и не all.',
  'Is neither oldest nor now.': 'Это не oldest и не now.',
  'Is neither 1h nor 24h.': 'Это не 1h и не 24h.',
  'Is neither refused nor left.': 'Это не refused и не left.',
  'Is none of the effects.': 'Такого следствия нет.',
  'Is none of the statuses.': 'Такого статуса нет.',
  'Is not a nextCursor of ours.': 'Это не nextCursor из наших ответов.',
  'Is of other books than these, which were restored from a copy.':
    'Он от других данных: эти восстановлены из резервной копии.',
  'Goes only without a cursor.': 'Можно только без cursor.',
  'Leave out either of the two.': 'Уберите одно из двух.',
  'Leave out one of the two.': 'Уберите одно из двух.',
  'Begin anew: with from=oldest, passing over the ids that you know, or with from=now.':
    'Начните заново: с from=oldest, пропуская известные идентификаторы, или с from=now.',
  'Give back the nextCursor of the answer before as it is, or leave it out.':
    'Передайте nextCursor из прошлого ответа без изменений или уберите его.',
  'Too many requests wait for events already. Ask again later, or without wait.':
    'Слишком много запросов уже ждут событий. Повторите позже или без wait.',

  // Of phones.
  'The phone number is empty.': 'Номер телефона пуст.',
  'A phone number may hold only digits, spaces, hyphens, parentheses and dots, with at most one plus, at the start. Leave out letters and extensions, and write one number only.':
    'В номере телефона могут быть только цифры, пробелы, дефисы, скобки и точки и один плюс в начале. Уберите буквы и добавочные и пишите только один номер.',
  '{} Write the number with a plus and its country code, such as +79995550101.':
    '{} Пишите номер с плюсом и кодом страны, например +79995550101.',
  'The phone number has too few digits.': 'В номере слишком мало цифр.',
  'The phone number has too many digits.': 'В номере слишком много цифр.',
  'No country code starts with these digits.': 'Ни один код страны не начинается с этих цифр.',
  'No phone number of that country has this many digits.': 'В номерах этой страны не бывает столько цифр.',
  'Is longer than any phone number.': 'Длиннее любого номера телефона.',

  // Of accounts and keys.
  'Is empty, begins or ends with a space, or holds what is no text.':
    'Не заполнено, начинается или кончается пробелом или содержит то, что не является текстом.',
  'Is not the code of a country.': 'Это не код страны.',
  "There is an account '{}' already; it may be archived.": 'Аккаунт «{}» уже есть, возможно, в архиве.',
  'Take another name, or rename that account first.': 'Выберите другое название или сначала переименуйте тот аккаунт.',
  'Accounts are made and changed with a key for all accounts.':
    'Аккаунты создают и меняют с ключом для всех аккаунтов.',
  'There is no account with this id.': 'Аккаунта с таким идентификатором нет.',
  'Put the id of the account that sends into the field account.':
    'Укажите в поле account идентификатор аккаунта, который отправляет.',
  'Put the id of an account, or null for a key that is for all accounts.':
    'Укажите идентификатор аккаунта или null — для ключа ко всем аккаунтам.',
  'Is none of the scopes.': 'Такого права нет.',
  'Names a scope twice.': 'Право названо дважды.',
  'Is neither live nor test.': 'Это не live и не test.',
  'A test key makes test keys only.': 'Тестовый ключ создаёт только тестовые ключи.',
  'It is the last live key with the scope admin for all accounts. Make another one first.':
    'Это последний рабочий ключ с правом admin для всех аккаунтов. Сначала создайте другой.',
  'Only with a key for all accounts.': 'Только с ключом для всех аккаунтов.',
  'This key may make {} requests a minute.': 'С этим ключом можно делать {} запросов в минуту.',
  'Too many wrong keys or webhook addresses came from this address.':
    'С этого адреса пришло слишком много неверных ключей или адресов вебхуков.',
  'Send an API key that is valid in the header Authorization, after the word Bearer.':
    'Передайте действующий ключ API в заголовке Authorization после слова Bearer.',
  'With a session instead of a key, what changes something needs X-Requested-With: durable-sms.':
    'Без ключа, по входу на страницы, для изменений нужен заголовок X-Requested-With: durable-sms.',
  'A session is begun with a key.': 'Для входа нужен ключ.',

  // Of suppress lists and their files.
  'Is neither account nor global.': 'Это не account и не global.',
  'Is none of the sources.': 'Такого источника нет.',
  'Is given together with the list global, which is of no account.':
    'Указано вместе с общим списком, который ни к какому аккаунту не относится.',
  'Put the id of the account whose list it is into account, or else global into list.':
    'Укажите в account идентификатор аккаунта, чей это список, или global в list.',
  'An export shows phones: the key needs the scope phones:read too.':
    'В экспорте видны номера: ключу нужно и право phones:read.',
  'Two imports are under way here. Wait until one of them has ended.':
    'Здесь уже идут два импорта. Подождите, пока один из них закончится.',
  'Send the file as it is, with Content-Type: text/csv and, if it is not in UTF-8, a known charset.':
    'Передайте файл как есть, с Content-Type: text/csv и, если он не в UTF-8, с известной кодировкой в charset.',
  'There is an import with this id already. Take a new one; a repeated import does no harm.':
    'Импорт с таким идентификатором уже есть. Возьмите новый: повторный импорт не вредит.',
  'Mend the file and import it again. What was read before that place is on the list, which does no harm.':
    'Исправьте файл и импортируйте его снова. Прочитанное до этого места уже в списке, это не вредит.',
  'The file is not in {}: what cannot be read is before byte {}.':
    'Файл не в кодировке {}: нечитаемое место — перед байтом {}.',
  'The file is larger than {} bytes. Send it in parts.': 'Файл больше {} байт. Отправьте его по частям.',
  'A row {} is longer than {} characters. Is a quote left open?':
    'Строка таблицы {} длиннее {} символов. Не закрыта кавычка?',
  'The rows cannot be told apart {}. Is a quote left open?':
    'Строки таблицы {} не отличить одну от другой. Не закрыта кавычка?',
  'near line {}': 'около строки файла {}',
  'The {} is longer than {} characters.': 'Столбец {}: больше {} символов.',
  'The {} holds a NUL character.': 'Столбец {}: есть символ NUL.',
  'The file broke off: its connection was closed.': 'Файл пришёл не целиком: соединение закрылось.',
  'It was broken off by trouble on this side.': 'Прервано из-за неполадки на этой стороне.',

  // Of erasure.
  'Open messages to this phone: {}. Cancel them, or wait until they have come to an end; nothing was erased.':
    'На этот номер есть незаконченные сообщения: {}. Отмените их или подождите, пока они закончатся; ничего не стёрто.',
  'Calls about this phone that are being worked through: {}. Repeat it in a minute; nothing was erased.':
    'Сейчас обрабатываются вызовы об этом номере: {}. Повторите через минуту; ничего не стёрто.',

  // Of messages.
  'Is longer than a name can be.': 'Длиннее, чем бывают названия.',
  'Is none of the priorities.': 'Такого приоритета нет.',
  'This key was used before with another body. Take a new key for each SMS.':
    'Этот ключ уже был с другим содержимым. Для каждой SMS нужен новый ключ.',
  'Put an idempotencyKey into each of the messages.': 'Укажите idempotencyKey в каждом из сообщений.',
  'Has no effect on a batch.': 'На пакет не действует.',
  'Its status is {}.': 'Его статус: {}.',
  'The account has no sender of this name.': 'У аккаунта нет отправителя с таким названием.',
  'With a test key only a sender with a list of verified phones can be used.':
    'С тестовым ключом можно отправлять только через отправителя со списком проверенных номеров.',
  'Name a sender with verified phones, or use a live key.':
    'Выберите отправителя с проверенными номерами или возьмите рабочий ключ.',
  "It takes {} parts in {}; the sender's limit is {}.": 'Частей: {} ({}); у отправителя их может быть не больше {}.',
  'Shorten it.': 'Сократите его.',
  'The gateway of this sender needs a caller id.': 'Шлюзу этого отправителя нужно имя отправителя.',
  'Name one.': 'Укажите его.',
  'It is not one of the caller ids that are verified for this sender.':
    'Этого имени нет среди проверенных для отправителя.',
  'It is not one of the phones that are verified for this sender.':
    'Этого номера нет среди проверенных для отправителя.',

  // Of senders.
  'Is empty: nothing could be sent. Write null for any.':
    'Пусто: ничего нельзя было бы отправить. Чтобы разрешить любые, укажите null.',
  'Is neither an IP address nor a network in CIDR notation.': 'Это не IP-адрес и не сеть в записи CIDR.',
  'Is neither hold nor resend.': 'Это не hold и не resend.',
  'Is none of the gateways.': 'Такого шлюза нет.',
  'There is no such gateway.': 'Такого шлюза нет.',
  'One of {}.': 'Одно из: {}.',
  'Is neither GET nor POST.': 'Это не GET и не POST.',
  'There is no such setting.': 'Такой настройки нет.',
  'They are: {}.': 'Есть такие: {}.',
  "There is a sender '{}' in use already.": 'Действующий отправитель «{}» уже есть.',
  'Take another name, or rename that sender first.':
    'Выберите другое название или сначала переименуйте того отправителя.',
  'Too many messages wait in this sender to be moved to another gateway account at once.':
    'У этого отправителя ждёт слишком много сообщений, чтобы сразу перенести их на другой аккаунт шлюза.',
  'Let them go out first, or make another sender.': 'Дайте им уйти или создайте другого отправителя.',
  'The books are too busy to move the sender to another gateway account. Nothing was changed: try again.':
    'База слишком занята, чтобы перенести отправителя на другой аккаунт шлюза. Ничего не изменено, повторите.',
  'The new settings log in to another gateway account, and {} messages that were submitted through this sender have not come to their end.':
    'Новые настройки ведут на другой аккаунт шлюза, а через этого отправителя отправлены ещё не законченные сообщения: {}.',
  'If it is the same account at the gateway, as with a renewed API key, say so: "sameGatewayAccount": true. Else pause the sender and wait for them, or make another sender.':
    'Если это тот же аккаунт шлюза, например после замены ключа API, так и укажите: "sameGatewayAccount": true. Иначе приостановите отправителя и подождите или создайте другого.',
  'Leave it out, and make another sender for another gateway.':
    'Уберите его, а для другого шлюза создайте другого отправителя.',
  'The gateway of a sender cannot be changed.': 'Шлюз отправителя изменить нельзя.',
  'The default caller id is not one of the verified ones.': 'Имени отправителя по умолчанию нет среди проверенных.',
  'Senders are made and changed with a key for all accounts.':
    'Отправителей создают и меняют с ключом для всех аккаунтов.',
  'The sender is archived. Restore it to try it.': 'Отправитель в архиве. Чтобы проверить его, восстановите.',
  'Only paths: the setting PUBLIC_URL, the address under which gateways reach the API, is not set.':
    'Только пути: не задан PUBLIC_URL — адрес, по которому шлюзы обращаются к API.',

  // Of the test of a sender.
  '{} has no request that tries a login. Send a test SMS.':
    'У {} нет запроса для проверки входа. Отправьте тестовую SMS.',
  'The gateway lets the sender in.': 'Шлюз пускает отправителя.',
  'The login is right; this gateway tells no balance.': 'Вход верный; баланс этот шлюз не сообщает.',
  'The gateway refuses the login.': 'Шлюз не принимает логин.',
  'The gateway says that no money is left.': 'Шлюз сообщает, что деньги кончились.',
  'The gateway says that it was asked too often.': 'Шлюз сообщает, что запросы идут слишком часто.',
  'The gateway cannot answer for the moment.': 'Шлюз сейчас не может ответить.',
  'The gateway did not answer.': 'Шлюз не ответил.',
  'The gateway says that the account is blocked.': 'Шлюз сообщает, что аккаунт заблокирован.',
  'The gateway did not understand the request.': 'Шлюз не понял запрос.',
  'The gateway gave an answer that does not fit.': 'Ответ шлюза не подходит к запросу.',
  'The answer of the gateway was not understood.': 'Ответ шлюза понять не удалось.',
  'No worker has tried it within 15 seconds.': 'За 15 секунд ни один воркер не взялся за проверку.',
  'No worker has tried it within 15 seconds; it waits like any other.':
    'За 15 секунд ни один воркер не взялся за SMS; она ждёт, как любая другая.',
  'The sender has just been changed.': 'Отправителя только что изменили.',
  'The sender is assigned to no account that is in use.': 'Отправитель не назначен ни одному действующему аккаунту.',
  'The sender is not assigned to this account, or the account is archived.':
    'Отправитель не назначен этому аккаунту, или аккаунт в архиве.',
  'Assign it to an account first.': 'Сначала назначьте его аккаунту.',
  'Name one of its accounts, or none.': 'Укажите один из его аккаунтов или никакого.',
  'The gateway took it.': 'Шлюз её принял.',
  'The gateway may have taken it: nobody knows yet.': 'Возможно, шлюз её принял: пока неизвестно.',
  'It was not sent; see the message.': 'SMS не отправлена; смотрите сообщение.',
  'The gateway did not take it; it waits like any other. See the timeline.':
    'Шлюз её не принял; она ждёт, как любая другая. Смотрите историю.',
  'Temporal cannot be reached, or no worker took it up: nothing was tried.':
    'Temporal недоступен, или ни один воркер за это не взялся: ничего не проверялось.',

  // Of requests.
  'Send a body with Content-Type: application/json.': 'Передайте содержимое с Content-Type: application/json.',
  'The body was cut short, or is not packed as its content-encoding says.':
    'Содержимое оборвано или упаковано не так, как сказано в content-encoding.',
  'More than {} bytes are not taken.': 'Больше {} байт не принимается.',
  'The body could not be read as JSON.': 'Содержимое не читается как JSON.',
  'The encoding or charset of the body is not known here.': 'Кодировка содержимого здесь не известна.',
  'The books cannot be reached. It is not known whether anything was written: repeat the request, with the same idempotency key if it posts messages.':
    'База недоступна. Неизвестно, записано ли что-нибудь: повторите запрос, а для сообщений — с тем же ключом идемпотентности.',
  'It has been written to the log under the request id.': 'Это записано в журнал под идентификатором запроса.',
};
