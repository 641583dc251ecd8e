/** What is particular about each gateway. */
export const gatewayNotes: Readonly<Record<string, string>> = {
  'Reports come by webhook for the whole login: set the reports address at SMSC, with charset=utf-8 in it.':
    'Отчёты приходят вебхуком на весь логин: укажите адрес отчётов в SMSC и добавьте в него charset=utf-8.',
  'Texts from phones are fetched (get.php); the fields of their push are not documented.':
    'Входящие SMS загружаются запросом (get.php): поля вызова, которым SMSC их присылает, не описаны.',
  'The caller id is the number of a sender name (подпись) in the account, such as 53001; without one, the main name.':
    'Имя отправителя — это номер подписи в аккаунте, например 53001; без него берётся основная подпись.',
  'There are no webhooks: statuses are asked for one by one, and texts from phones, so also stop words, do not come.':
    'Вебхуков нет: статусы запрашиваются по одному, а входящие SMS, в том числе стоп-слова, не приходят.',
  'A repeat is a second SMS, and a send whose answer was lost cannot be looked up: it ends as unknown.':
    'Повтор — это вторая SMS, а отправку с потерянным ответом нельзя найти: итог остаётся неизвестным.',
  'Errors come as sentences that nobody has published: most are told apart by single words in them.':
    'Ошибки приходят фразами, списка которых никто не публиковал: большинство распознаётся по отдельным словам.',
  "Register two webhooks at BulkSMS, with the scopes SENT and RECEIVED; both may have this sender's address.":
    'Зарегистрируйте в BulkSMS два вебхука, SENT и RECEIVED; адрес этого отправителя подходит обоим.',
  'BulkSMS drops a repeat for about 12 hours, so a doubtful send is repeated for 11 hours without a second SMS.':
    'BulkSMS около 12 часов отбрасывает повторы, поэтому сомнительная отправка повторяется 11 часов без второй SMS.',
  'Texts with template fields such as {F0##}, {fn##} or {sn##} are refused: BulkSMS would fill them in.':
    'Тексты с полями шаблонов вроде {F0##}, {fn##} или {sn##} отклоняются: BulkSMS подставил бы в них свои значения.',
  'There is no validity period on the wire, and SMS to numbers blocked at BulkSMS are charged all the same.':
    'Срок действия передать нельзя, а SMS на номера, заблокированные в BulkSMS, всё равно оплачиваются.',
  'With the API "online", the form of delivery reports is unverified: those in the form of the vendor\'s other products are read, all others are kept, and without one an SMS ends as unknown.':
    'В API online формат отчётов о доставке не подтверждён: читаются отчёты в формате других продуктов компании, остальные сохраняются; без отчёта итог SMS остаётся неизвестным.',
  'With the API "rest2", statuses are fetched part by part, and Devino keeps them for 48 hours.':
    'В API rest2 статусы запрашиваются по частям, и Devino хранит их 48 часов.',
  'A repeat is a second SMS: a send of which nothing is known is not repeated.':
    'Повтор — это вторая SMS: отправка с неизвестным исходом не повторяется.',
  'Caller ids are agreed with Devino first; a number for texts from phones is rented from its manager (rest2 only).':
    'Имена отправителя сначала согласуются с Devino; номер для входящих SMS арендуют у менеджера (только rest2).',
  'Support registers the address of reports; the address of an incoming number is set on the account page.':
    'Адрес отчётов регистрирует поддержка; адрес входящего номера задаётся на странице аккаунта.',
  'A repeat is a second SMS, and a doubtful one cannot be looked up: without a report it ends as unknown.':
    'Повтор — это вторая SMS, а сомнительную отправку нельзя найти: без отчёта итог остаётся неизвестным.',
  'Of Smart Delivery the answers are known from a single source.':
    'Ответы Smart Delivery известны из единственного источника.',
  'Each SMS names the address of its reports; texts from phones need the inbound address set at Infobip.':
    'Адрес отчётов указывается в каждой SMS; для входящих SMS задайте адрес у Infobip.',
  'A repeat under the same reference is refused, which proves the first.':
    'Повтор с тем же идентификатором отклоняется, и это доказывает, что первая SMS принята.',
  'Statuses are asked for. MTS can also call with statuses, in a form that is not public: such calls are only kept.':
    'Статусы запрашиваются. МТС может и присылать их, но формат не опубликован: такие вызовы только сохраняются.',
  'Nor is the form of texts from phones public: look at a call that was kept, then name its fields in the settings.':
    'Формат входящих SMS тоже не опубликован: посмотрите сохранённый вызов и укажите его поля в настройках.',
  'What the error codes mean is not public: fill in the table of error codes, else every refused SMS is rejected.':
    'Значения кодов ошибок не опубликованы: заполните таблицу кодов, иначе каждая отказанная SMS считается отклонённой.',
  'A repeat may be a second SMS. After a doubtful send MTS is asked by our id, and a "not found" proves nothing.':
    'Повтор может стать второй SMS. После сомнительной отправки МТС спрашивают по нашему идентификатору; ответ «не найдено» ничего не доказывает.',
  'The address comes from the contract, and the names of the fields differ between installations: try a test SMS.':
    'Адрес берётся из договора, а имена полей у разных установок отличаются: отправьте тестовую SMS.',
  'Statuses are asked for one by one. Reports and texts from phones are not known for HPG: import stop lists.':
    'Статусы запрашиваются по одному. Отчёты и входящие SMS для HPG неизвестны: загружайте стоп-листы.',
  'Other protocols of edna refuse a repeat of our id. For HPG nothing says so: a repeat counts as a second SMS.':
    'Другие протоколы edna отклоняют повтор нашего идентификатора. О HPG такого не сказано: повтор считается второй SMS.',
  'The protocol is not public: describe it in an HTTP profile, from the documentation that your contract gives you.':
    'Протокол не опубликован: опишите его в HTTP-профиле по документации, которую вы получили с договором.',
  'Without a profile no sender can be made: an address or a protocol is never made up.':
    'Без профиля отправителя не создать: ни адрес, ни протокол не выдумываются.',
  'The form of reports is known from a single source; there is no status request.':
    'Формат отчётов известен из единственного источника; запроса статуса нет.',
  'A repeat is a second SMS: what nobody can know ends as unknown.':
    'Повтор — это вторая SMS: если исход узнать нельзя, итог остаётся неизвестным.',
  'Reports and texts from phones come to one address each, which Rapporto registers; there is no status request.':
    'Отчёты и входящие SMS приходят каждый на свой адрес, который регистрирует Rapporto; запроса статуса нет.',
  'A repeat is safe only with de-duplication by partnerMsgId, which Rapporto switches on when asked.':
    'Повтор безопасен только при дедупликации по partnerMsgId: Rapporto включает её по просьбе.',
  'MegaFon tells no end of an SMS: without a delivery report it ends as unknown.':
    'МегаФон не сообщает итог SMS: без отчёта о доставке он остаётся неизвестным.',
  'How long an SMS is valid is set for the account at Rapporto.': 'Срок действия SMS задаётся для аккаунта в Rapporto.',
  "The server's protocol is not public: describe it in an HTTP profile, from the document in your VK Notify account.":
    'Протокол сервера не опубликован: опишите его в HTTP-профиле по документу из вашего аккаунта VK Notify.',
  'Messages go by templates that VK has approved; put service and template ids into the parameters of the sender.':
    'Сообщения идут по шаблонам, одобренным VK; идентификаторы сервиса и шаблона укажите в параметрах отправителя.',
  'Not more than 50 messages a second for each service are sent, say resellers: set the rate limit.':
    'По словам партнёров, на сервис отправляется не больше 50 сообщений в секунду: задайте ограничение скорости.',
  'The protocol (SMS-SBER-PROTOCOL.pdf) is given to customers only: describe it in an HTTP profile.':
    'Протокол (SMS-SBER-PROTOCOL.pdf) дают только клиентам: опишите его в HTTP-профиле.',
  'Sender names are registered with this operator apart from others.':
    'Имена отправителя регистрируются у этого оператора отдельно от других.',
  'Statuses are asked for one by one; calls to the reports address of an SMS are not documented, so not believed.':
    'Статусы запрашиваются по одному; вызовы на адрес отчётов из SMS не описаны, поэтому им не верят.',
  'If the manager has set the reports address as the XML push of the account, those reports are read.':
    'Если менеджер указал адрес отчётов для XML-уведомлений аккаунта, эти отчёты читаются.',
  'A repeat is a second SMS, except that for a short time an equal text to the same phone is refused as Flood SMS.':
    'Повтор — это вторая SMS; лишь недолго тот же текст на тот же номер отклоняется как Flood SMS.',
  'Texts from phones are fetched, after the manager has switched them on.':
    'Входящие SMS загружаются запросом, после того как менеджер их включит.',
  "The protocol is known from other people's programs only; Intellin publishes no description of it.":
    'Протокол известен только по чужим программам: Intellin его не публикует.',
  'What the error numbers mean is not known: fill in the table of error codes, else every refused SMS is rejected.':
    'Значения номеров ошибок неизвестны: заполните таблицу кодов, иначе каждая отказанная SMS считается отклонённой.',
  'Login and password travel in the address of each request, so let no proxy on the way log addresses.':
    'Логин и пароль передаются в адресе каждого запроса: проследите, чтобы прокси по пути не записывали адреса.',
  'The wire has no place for our reference, and a repeat is a second SMS: a send without an answer ends as unknown.':
    'Наш идентификатор передать нельзя, а повтор — это вторая SMS: отправка без ответа остаётся с неизвестным итогом.',
  'Each SMS names the address of its reports, whose fields are not published: those not understood are kept.':
    'Адрес отчётов указывается в каждой SMS; их поля не опубликованы, и непонятые отчёты сохраняются.',
  'There is no status request and a repeat may be a second SMS: without a report an SMS ends as unknown.':
    'Запроса статуса нет, а повтор может стать второй SMS: без отчёта итог остаётся неизвестным.',
  'Errors are read by their HTTP status alone; of texts from phones only the form of the older API is known.':
    'Ошибки различаются только по статусу HTTP; из форматов входящих SMS известен лишь формат старого API.',
  'For any gateway with an HTTP interface that has no adapter here: see docs/http-profile.md.':
    'Для любого шлюза с HTTP-интерфейсом, для которого здесь нет адаптера: см. docs/http-profile.md.',
};
